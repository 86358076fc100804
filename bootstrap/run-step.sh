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

options=(
    --class org.apache.spark.deploy.dotnet.DotnetRunner  # the JVM side of .NET for Apache Spark starts the program
    --master "$master"
    --deploy-mode client                                 # the driver runs here: on a cluster the primary node, which is never Spot
    --name "pomona"
    --conf spark.executorEnv.ORT_DISABLE_TELEMETRY=1     # in the workers too
    --conf spark.executorEnv.DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
    # No spark.nonjvm.error.forwarding.enabled: it turns every exit code of the program into 1, and a program that was killed
    # would leave the step running until its stage had ended.
)

# What only a cluster has; docs/spark.md holds the reasoning and the measurements.
if [ "$master" = yarn ]; then
    export POMONA_MODEL="${POMONA_MODEL:-$home/model/model.onnx}"
    options+=(
        # The application master is all that YARN places freely; EMR 7.2+ labels nodes by market, and this keeps it off Spot.
        --conf spark.yarn.am.nodeLabelExpression=ON_DEMAND
        --conf spark.yarn.maxAppAttempts=1               # the workflow retries, not YARN: the token is good for one attempt

        # One executor per 4 vCPUs, which every type in the fleets has a multiple of. YARN on EMR shares nodes out by memory
        # alone, so an executor is as large as 4 vCPUs' share of an m node (12 GB of 16 are YARN's), less the application
        # master's: a smaller one would put more tasks than vCPUs on a node. The JVM only schedules. The images, ONNX Runtime
        # and libvips live in the .NET worker, which is outside the heap and counted as overhead: 0.3 GB with photos, 0.8 GB with
        # images of 99 megapixels. Too little of it is the "exit code 137" that kills executors.
        --conf spark.executor.cores=4
        --conf spark.executor.memory=2g
        --conf spark.executor.memoryOverhead=8g

        # The driver keeps a few kilobytes per shard: a million images are 2,000 shards, a hundred million 200,000.
        --conf spark.driver.memory=4g
        --conf spark.driver.maxResultSize=2g
        --conf spark.ui.retainedTasks=20000              # its web pages would keep the rest of it

        # Nodes come late and go early on Spot: executors follow the tasks, and those on a node that is about to go move first.
        --conf spark.dynamicAllocation.enabled=true
        --conf spark.decommission.enabled=true
        --conf spark.task.maxFailures=8                  # a shard may meet several lost nodes before it counts as failed

        --conf spark.eventLog.enabled=true               # for the history server, after the run too
    )
fi

# EMR 7.0-7.7 carry Spark 3.5.0-3.5.3, which the jar was made for; later 3.5.x run as well but are refused without this.
spark="$(spark-submit --version 2>&1 | grep -oE 'version 3\.5\.[0-9]+' | head -n 1 || true)"
case "$spark" in
    "version 3.5."[0-3]) ;;
    "version 3.5."*) options+=(--conf spark.dotnet.ignoreSparkPatchVersionCheck=true) ;;
    *) tell_failure "this cluster or SPARK_HOME carries Spark '${spark#version }', and the job needs 3.5: use emr-7.2.0 to emr-7.13.0"; exit 4 ;;
esac

# Spark's runner puts all that the program says on standard output; its own log goes to standard error.
# What keeps its words for the sentence below is a by-product: where that fails, on a full disk, the job's own end counts.
said="$(mktemp)" || said=""
trap '[ -z "$said" ] || rm -f -- "$said"' EXIT
set +e
spark-submit "${options[@]}" "$jar" "$program" "$@" | tee -i -- "${said:-/dev/null}"
status="${PIPESTATUS[0]}"
set -e
# 9: the run has finished, and only standard output did not take the summary.
if [ "$status" -eq 9 ]; then status=0; fi
if [ "$status" -ne 0 ]; then
    # The program's last word is the sentence a person needs; without one it did not get to say any.
    sentence="$(grep '^pomona: ' "${said:-/dev/null}" | tail -n 1 | cut -c 9-800 || true)"
    tell_failure "the job ended with exit code $status: ${sentence:-stderr of the step, among the logs, tells more}"
fi
exit "$status"
