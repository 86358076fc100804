"""Takes the job's place on a YARN that has no .NET bridge: held_tasks.py FOLDER TASKS SECONDS.

Each task writes begun-NUMBER-ATTEMPT with its node's address into FOLDER, waits until there is a file `go`, and writes
ended-NUMBER-ATTEMPT. Without an executor after SECONDS the program gives up as the job does: exit code 10 and a sentence.
"""

import os
import sys
import threading
import time

from pyspark.sql import SparkSession

folder, tasks, patience = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def say_last(*lines):
    with open(os.environ["POMONA_LAST_WORD"], "w", encoding="utf-8") as word:
        print(os.getpid(), *lines, sep="\n", file=word)


def give_up_without_executor():
    time.sleep(patience)
    if not any(name.startswith("begun-") for name in os.listdir(folder)):
        say_last(10, "no executor came.")
        os._exit(10)


def hold(number):
    from pyspark import TaskContext

    def note(what):
        path = os.path.join(folder, f"{what}-{number}-{TaskContext.get().taskAttemptId()}")
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(os.environ["NM_HOST"])
        os.rename(path + ".new", path)

    note("begun")
    while not os.path.exists(os.path.join(folder, "go")):
        time.sleep(0.1)
    note("ended")
    return number


say_last()
context = SparkSession.builder.getOrCreate().sparkContext
threading.Thread(target=give_up_without_executor, daemon=True).start()
done = context.parallelize(range(tasks), tasks).map(hold).collect()
assert sorted(done) == list(range(tasks)), done
context.stop()
say_last(0, "all done")
