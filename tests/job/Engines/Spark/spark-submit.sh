#!/usr/bin/env bash
# What spark-submit and DotnetRunner do for a program, without a Spark: checks what it is given, then starts the program in
# the environment that DotnetRunner makes. Every option that it gets is noted in the file that POMONA_TEST_NOTES names.
set -euo pipefail

refuse() { echo "spark-submit: $*" >&2; exit 64; }

if [ "${1:-}" = --version ]; then
    echo "   /___/ .__/\_,_/_/ /_/\_\   version ${POMONA_TEST_SPARK_VERSION:-3.5.3-amzn-1}" >&2
    exit 0
fi

environment=(DOTNETBACKEND_PORT=5567)
class=""
while [ $# -gt 0 ]; do
    case "$1" in
        --conf)
            [[ "$2" =~ ^spark\.[A-Za-z._]+=[^\ ]+$ ]] || refuse "'$2' is no property"
            environment+=("$2")
            ;;
        --class) class="$2" ;;
        --master | --deploy-mode | --name) environment+=("spark.${1#--}=$2") ;;
        --*) refuse "there is no option '$1'" ;;
        *) break ;;
    esac
    echo "$1 $2" >> "$POMONA_TEST_NOTES"
    shift 2
done

[ "$class" = org.apache.spark.deploy.dotnet.DotnetRunner ] || refuse "the class is '$class'"
[[ "$(basename "$1")" =~ ^microsoft-spark-3-5_2\.12-2\.3\.1\.jar$ && -f "$1" ]] || refuse "'$1' is not the jar"
[ -x "$2" ] || refuse "'$2' cannot be started"
[ -x "${DOTNET_WORKER_DIR:?}/Microsoft.Spark.Worker" ] || refuse "there is no worker in '$DOTNET_WORKER_DIR'"
[ -f "${DOTNET_ASSEMBLY_SEARCH_PATHS:?}/Pomona.Job.dll" ] || refuse "the assemblies are not in '$DOTNET_ASSEMBLY_SEARCH_PATHS'"
shift

# DotnetRunner: spark.* properties as variables, both outputs as one.
exec env "${environment[@]}" "$@" 2>&1
