"""Runs a notebook's cells from top to bottom on a real Spark: run_notebook.py NOTEBOOK RUN jupyter|cluster.

jupyter: as IPython runs them, in one namespace, with the magics that the notebook registers.
cluster: as sparkmagic does with its PySpark kernel. A cell goes to the cluster, where there is no IPython; what begins with
%%local runs in a second namespace; %%spark -o NAME -n ROWS then takes NAME's rows there, by way of JSON, as sparkmagic's
SparkStoreCommand does. Prints what the cells print, then one line of JSON: the pictures that were displayed.
POMONA_NOTEBOOK_MASTER names another Spark than two threads of this machine.
"""
import json
import os
import sys
import types

notebook, run, where = sys.argv[1:]
shown = []
display = types.ModuleType("IPython.display")
display.HTML = lambda text: text
display.display = shown.append
sys.modules["IPython"] = types.ModuleType("IPython")
sys.modules["IPython.display"] = display


class Shell:
    def __init__(self, namespace):
        self.user_ns, self.magics = namespace, {}

    def register_magic_function(self, function, kind, name):
        assert kind == "cell"
        self.magics[name] = function


remote, local = {"__name__": "remote"}, {"__name__": "local"}
shell = Shell(remote)
if where == "jupyter":
    remote["get_ipython"] = lambda: shell

from pyspark.sql import SparkSession

spark = SparkSession.builder.master(os.environ.get("POMONA_NOTEBOOK_MASTER", "local[2]")).config("spark.ui.enabled", "false").getOrCreate()
try:
    with open(notebook, encoding="utf-8") as file:
        cells = ["".join(cell["source"]) for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]
    assert cells[0].startswith("run = ")
    cells[0] = f"run = {run!r}"
    for cell in cells:
        first, _, body = cell.partition("\n")
        if not first.startswith("%%"):
            exec(cell, remote)
        elif where == "jupyter":
            name, _, line = first[2:].partition(" ")
            shell.magics[name](line, body)
        elif first == "%%local":
            exec(body, local)
        else:
            words = first.split()
            assert words[:2] == ["%%spark", "-o"] and words[3] == "-n", first
            exec(body, remote)
            rows = [json.loads(row) for row in remote[words[2]].toJSON().take(int(words[4]))]
            local[words[2]] = {column: [row[column] for row in rows] for column in rows[0]}
    print(json.dumps({"shown": shown}))
finally:
    spark.stop()
