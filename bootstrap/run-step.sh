#!/usr/bin/env bash
# The step that the workflow adds to the cluster: runs the job on Spark.
#   run-step.sh run s3://BUCKET/datasets/NAME/ --output s3://BUCKET/runs/NAME/RUN/ --components N --exif-rotation on --engine spark
#               --task-token TOKEN --cluster-id ID --execution-arn ARN
# All arguments are the job's own (contracts/JobArguments.cs) and go to it unchanged. When the job cannot answer the
# workflow any more, because Spark or the job's process died, this script does it in its place.
set -euo pipefail

home="${POMONA_HOME:-/opt/pomona}"
# A person's own Spark (./pomona run … --engine spark) sets these; a cluster's nodes all look alike.
master="${POMONA_SPARK_MASTER:-yarn}"
job="${POMONA_SPARK_JOB:-$home/job}"
jar="${POMONA_SPARK_JAR:-$home/spark/microsoft-spark-3-5_2.12-2.3.1.jar}"
worker="${DOTNET_WORKER_DIR:-$home/worker}"
program="$job/Pomona.Job"
log="${POMONA_SPARK_LOG:-}"                          # where Spark's own log goes; on a cluster it is the step's stderr

[ "${1:-}" = run ] || { echo "pomona: the first argument must be 'run', not '${1:-}'" >&2; exit 2; }

token="" previous=""
for argument in "$@"; do
    if [ "$previous" = --task-token ]; then token="$argument"; fi
    previous="$argument"
done

# The workflow hears of a failure from three sides: from here, from EMR's step event, and by the missing heartbeat.
# The first one counts; an answer to a workflow that has already gone on is refused and does no harm.
tell_failure() { # SENTENCE
    echo "pomona: $1" >&2
    [ -z "$token" ] || aws stepfunctions send-task-failure --task-token "$token" \
        --error Pomona.StepFailed --cause "$1" 2> /dev/null || true
}

for needed in "$jar" "$program" "$worker/Microsoft.Spark.Worker"; do
    [ -e "$needed" ] || { tell_failure "$needed is not on this node: see the bootstrap action's log"; exit 3; }
done
for needed in "$program" "$worker/Microsoft.Spark.Worker"; do
    [ -x "$needed" ] || { tell_failure "$needed cannot be started, its execute bit is missing: chmod a+x it, or run './pomona bundle' and upload dist/artifacts again"; exit 3; }
done

# Spark reads both on the driver and hands them to every task; they are the same paths on all nodes.
export DOTNET_WORKER_DIR="$worker"                   # where the .NET worker is
export DOTNET_ASSEMBLY_SEARCH_PATHS="$job"           # where it finds the assembly that holds the UDF
export ORT_DISABLE_TELEMETRY=1                       # ONNX Runtime reports to nobody
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1       # Amazon Linux 2023 has no ICU, without which the worker dies at its start
# The JVMs only schedule: what their second compiler costs, it never brings back (docs/spark.md). In a variable, since the
# options of Java in Spark's configuration are the cluster's or the person's; what these say comes later, and counts.
java="-XX:TieredStopAtLevel=1"
export JDK_JAVA_OPTIONS="$java${JDK_JAVA_OPTIONS:+ $JDK_JAVA_OPTIONS}"

options=(
    --class org.apache.spark.deploy.dotnet.DotnetRunner  # the JVM side of .NET for Apache Spark starts the program
    --master "$master"
    --deploy-mode client                                 # the driver runs here: on a cluster the primary node, which is never Spot
    --name "pomona"
    --conf spark.executorEnv.ORT_DISABLE_TELEMETRY=1     # in the workers too
    --conf spark.executorEnv.DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
    --conf "spark.executorEnv.JDK_JAVA_OPTIONS=$java"
    # No spark.nonjvm.error.forwarding.enabled: it turns every exit code of the program into 1, and a program that was killed
    # would leave the step running until its stage had ended.
)

# Nodes by market are labelled by EMR, and how is its own affair: YARN refuses an application that names a label which the
# cluster lacks, and never lends the nodes of an exclusive label to executors that do not name it.
ask_for_labels() {
    local labels="" chosen
    for _ in 1 2 3; do
        if labels="$(timeout 60 yarn cluster --list-node-labels 2> /dev/null)"; then break; fi
        labels=""
    done
    # The application master keeps off Spot, where there is such a label.
    case "$labels" in *"<ON_DEMAND:"*) options+=(--conf spark.yarn.am.nodeLabelExpression=ON_DEMAND) ;; esac
    case "$labels" in *exclusivity=true*) ;; *) return 0 ;; esac
    chosen="$(nodes_of_yarn | awk -v labels="$labels" '
        { reached = index(labels, "<" $3 ":exclusivity=true>") ? $3 : "-"; vcpus[reached] += $2 }
        END { best = "-"; for (label in vcpus) if (vcpus[label] > vcpus[best]) best = label; print best }')"
    if [ "${chosen:--}" != - ]; then options+=(--conf "spark.yarn.executor.nodeLabelExpression=$chosen"); fi
}

# The cluster's live nodes, one a line: MB, vCPUs, label or "-".
nodes_of_yarn() {
    timeout 60 yarn node -list -showDetails 2> /dev/null | awk '
        /Configured Resources *:/ { match($0, /memory:[0-9]+/); memory = substr($0, RSTART + 7, RLENGTH - 7)
                                    match($0, /vCores:[0-9]+/); vcpus = substr($0, RSTART + 7, RLENGTH - 7) }
        /Node-Labels *:/ { sub(/^.*: */, ""); print memory, vcpus, ($0 == "" ? "-" : $0) }' || true
}

option() { printf '%s\n' "${options[@]}" | sed -n "s/^$1=//p"; } # of the options, the one of this NAME

what_yarn_has() {
    [ "$master" = yarn ] || return 0
    nodes_of_yarn | awk -v asked="$(option spark.yarn.executor.nodeLabelExpression)" -v cores="$(option spark.executor.cores)" \
        -v gigabytes="$(($(option spark.executor.memory | tr -d g) + $(option spark.executor.memoryOverhead | tr -d g)))" '
        { kind = $1 " MB and " $2 " vCPUs" ($3 == "-" ? "" : " labelled " $3); count[kind]++ }
        END { for (kind in count) list = list (list == "" ? "" : ", ") count[kind] " of " kind
              print "YARN has " (list == "" ? "no node that answers" : "nodes: " list) "; each executor asks for " gigabytes * 1024 " MB and " cores " vCPUs" \
                    (asked == "" ? "" : " on nodes labelled " asked) "." }'
}

# What only a cluster has; docs/spark.md holds the reasoning and the measurements.
if [ "$master" = yarn ]; then
    export POMONA_MODEL="${POMONA_MODEL:-$home/model/model.onnx}"
    options+=(
        # A lost application master is placed anew. The driver, and with it the token, is here and lives on.
        --conf spark.yarn.maxAppAttempts=2

        # One executor per 4 vCPUs, which every type in the fleets has a multiple of, and of which each gives YARN memory for one
        # and no more (functions/Planning/NodeMemory.cs), since YARN shares nodes out by memory alone. The JVM only schedules. The
        # images, ONNX Runtime and libvips live in the .NET worker, which is outside the heap and counted as overhead: 0.3 GB with
        # photos, 0.8 GB with images of 99 megapixels. Too little of it is the "exit code 137" that kills executors.
        --conf spark.executor.cores=4
        --conf spark.executor.memory=2g
        --conf spark.executor.memoryOverhead=8g
        --conf spark.yarn.heterogeneousExecutors.enabled=false   # EMR would compute other sizes for each node
        # .NET reserves address space for a heap of the machine's size or more, which a check of virtual memory would count.
        --conf spark.executorEnv.DOTNET_GCHeapHardLimit=0x180000000  # 6 GiB of the overhead's 8

        # The driver keeps a few kilobytes per shard: a million images are 2,000 shards, a hundred million 200,000.
        --conf spark.driver.memory=4g
        --conf spark.driver.maxResultSize=2g
        --conf spark.ui.retainedTasks=20000              # its web pages would keep the rest of it

        # Nodes come late and go early on Spot: executors follow the tasks, and those on a node that is about to go move first.
        --conf spark.dynamicAllocation.enabled=true
        --conf spark.decommission.enabled=true
        --conf spark.shuffle.service.enabled=false       # nothing is shuffled, and with it Spark does not listen to a node's notice
        --conf spark.dynamicAllocation.shuffleTracking.enabled=true  # what executors that follow the tasks want in its place
        --conf spark.task.maxFailures=8                  # a shard may meet several lost nodes before it counts as failed

        --conf spark.eventLog.enabled=true               # for the history server, as long as the cluster is there
    )
    export DOTNET_GCHeapHardLimit=0x100000000            # the driver's: 4 GiB
    # The questions take minutes where YARN is slow. Told to stop meanwhile, nothing has begun.
    # shellcheck disable=SC2317 # the traps below call it
    before() { tell_failure "the job ended with exit code $1: stopped before it had begun. The same command goes on where it stopped."; exit "$1"; }
    trap 'before 130' INT HUP
    trap 'before 143' TERM
    ask_for_labels
fi

# EMR 7.0-7.7 carry Spark 3.5.0-3.5.3, which the jar was made for; later 3.5.x run as well but are refused without this.
spark="$(spark-submit --version 2>&1 | grep -oE 'version 3\.5\.[0-9]+' | head -n 1 || true)"
case "$spark" in
    "version 3.5."[0-3]) ;;
    "version 3.5."*) options+=(--conf spark.dotnet.ignoreSparkPatchVersionCheck=true) ;;
    *) tell_failure "this cluster or SPARK_HOME carries Spark '${spark#version }', and the job needs 3.5: use emr-7.2.0 to emr-7.13.0"; exit 4 ;;
esac

# The program writes its process's number into this file when it starts, and its exit code and its last sentence when it ends:
# Spark's runner may end before it has passed the last lines on. Where there is no such file, the runner's exit code counts.
word="$(mktemp)" || word=""
trap '[ -z "$word" ] || rm -f -- "$word"' EXIT
[ -z "$word" ] || export POMONA_LAST_WORD="$word"
line() { if [ -n "$word" ]; then sed -n "$1p" -- "$word" 2> /dev/null || true; fi; }
lives() { [ -n "$1" ] && kill -0 "$1" 2> /dev/null && ! grep -qs '^State:.*zombie' "/proc/$1/status"; }

# A cancelled step and Ctrl-C end the run: the program stops Spark's session, and with it all executors. Told a second time,
# or 20 seconds later, what still runs is killed.
runner="" heard="" watcher="" told_at=0
# shellcheck disable=SC2317 # the traps below call it
stop() { # INT, TERM or KILL
    local process told=""
    # What ends a whole group of processes tells this one twice at once.
    if [ -n "$heard" ] && [ "$1" != KILL ] && [ $((SECONDS - told_at)) -lt 2 ]; then return 0; fi
    for process in "$(line 1)" "$runner"; do
        if [ -z "$told" ] && lives "$process"; then
            if [ -n "$heard" ]; then
                kill -KILL "$process" 2> /dev/null || true
            else
                kill -TERM "$process" 2> /dev/null || true
                told=1
            fi
        fi
    done
    if [ -z "$heard" ]; then
        heard="$1" told_at="$SECONDS"
        { sleep 20; kill -USR1 $$; } > /dev/null 2>&1 < /dev/null &
        watcher=$!
    fi
}
trap 'stop INT' INT HUP
trap 'stop TERM' TERM
trap 'stop KILL' USR1

# In the background, since a shell hears no signal before what it waits for in the foreground has ended. Spark's runner puts all
# that the program says on standard output; its own log goes to standard error, or to the file that is named. The program sends
# Microsoft.Spark's lines there too.
exec 4>&2
if [ -n "$log" ]; then exec 4>> "$log"; fi
spark-submit "${options[@]}" "$jar" "$program" "$@" 2>&4 4>&- &
runner=$!
exec 4>&-
while true; do
    status=0
    wait "$runner" || status=$? # a signal ends the wait, and the runner may be there still
    lives "$runner" || break
done
# Where a signal came at the very end, the status is still to be had; where not, it is told again or is no longer known.
known=0
wait "$runner" 2> /dev/null || known=$?
if [ "$known" -ne 127 ]; then status="$known"; fi

# A lost JVM is noticed by the program, which says so itself.
if [ -z "$(line 2)" ]; then
    for _ in {1..200}; do lives "$(line 1)" || break; sleep 0.1; done
fi
pid="$(line 1)" code="$(line 2)" sentence="$(line 3 | cut -c 1-800)"
if [ -n "$watcher" ]; then kill "$watcher" 2> /dev/null || true; fi
if [ -n "$code" ]; then
    status="$code"
elif [ -n "$heard" ]; then
    sentence="stopped before the program could say so. The same command goes on where it stopped."
elif lives "$pid"; then
    kill -KILL "$pid" 2> /dev/null || true
    status=7
    sentence="Spark's JVM has gone, and the program with it. The same command goes on where it stopped."
elif [ -n "$pid" ] && [ "$status" -ge 128 ]; then
    sentence="the program was killed by signal $((status - 128))$([ "$status" -ne 137 ] || echo ": probably out of memory"). The same command goes on where it stopped."
elif [ "$status" -eq 137 ] && [ -n "$word" ]; then
    status=7
    sentence="Spark's JVM was killed by signal 9 before it had started the program: probably out of memory."
fi
if [ "$status" -eq 9 ]; then status=0; fi # the run has finished, and only standard output did not take the summary
case "$heard" in
    "") ;;
    INT) [ "$status" -eq 0 ] || status=130 ;;
    *) [ "$status" -eq 0 ] || status=143 ;;
esac
case "$status" in
    10) sentence="$sentence $(what_yarn_has)" ;;
esac
if [ "$status" -ne 0 ]; then
    # A worker that does not start says why where Spark logs it, and Spark's own sentence ends before it.
    if [ "$status" -eq 7 ] && [ -n "$log" ]; then
        words="$(grep -m 1 -hoE "Couldn't find a valid ICU package.*|error while loading shared libraries.*|[^ ]*Microsoft\.Spark\.Worker\"?: (error=|Permission denied|No such file).*|You must install or update \.NET.*" "$log" | cut -c 1-300 || true)"
        [ -z "$words" ] || sentence="a .NET worker cannot start: $words. ${sentence:-}"
    fi
    if [ -n "$log" ]; then sentence="${sentence:+$sentence }Spark's log tells more: $log"; fi
    tell_failure "the job ended with exit code $status: ${sentence:-stderr of the step, among the logs, tells more}"
fi
exit "$status"
