#!/usr/bin/env bash
# Prints the execution input that rents a cluster like an earlier one again, for the data set that it ran.
#   clone-cluster.sh CLUSTER > input.json
#   aws stepfunctions start-execution --state-machine-arn ARN --input file://input.json
# What the input may say is in docs/execution-input.md. Needs the AWS CLI and python3.
set -euo pipefail

fail() { printf '%s\n' "clone-cluster: $*" >&2; exit 1; }

[ $# -eq 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[[ "$1" =~ ^j-[0-9A-Z]{8,20}$ ]] || fail "'$1' is not a cluster's id: it looks like j-2AL4XXXXXX5T9, and the 'ready' mail names it."

cluster="$(aws emr describe-cluster --cluster-id "$1" --output json)" \
    || fail "the cluster $1 could not be read: see above; EMR forgets clusters two months after their end."
fleets="$(aws emr list-instance-fleets --cluster-id "$1" --output json)" \
    || fail "the fleets of $1 could not be read: see above; only clusters with instance fleets can be cloned."
idle="$(aws emr get-auto-termination-policy --cluster-id "$1" --output json)" \
    || fail "the idle time of $1 could not be read: see above."

CLUSTER="$cluster" FLEETS="$fleets" IDLE="$idle" python3 - <<'PYTHON'
import json
import os
import sys

cluster = json.loads(os.environ["CLUSTER"])["Cluster"]
fleets = {fleet["InstanceFleetType"]: fleet for fleet in json.loads(os.environ["FLEETS"])["InstanceFleets"]}
# In seconds; a cluster without a policy is answered with nothing at all.
idle = (json.loads(os.environ["IDLE"] or "{}").get("AutoTerminationPolicy") or {}).get("IdleTimeout")
tags = {tag["Key"]: tag["Value"] for tag in cluster.get("Tags", [])}
if "pomona:dataset" not in tags:
    sys.exit("clone-cluster: this cluster was not rented by Pomona: it has no tag pomona:dataset.")

core, task = fleets.get("CORE", {}), fleets.get("TASK", {})
spot, on_demand = task.get("TargetSpotCapacity", 0), task.get("TargetOnDemandCapacity", 0)
placement = cluster.get("Ec2InstanceAttributes", {})
wanted = {
    "releaseLabel": cluster["ReleaseLabel"],
    "coreVcpus": core.get("TargetOnDemandCapacity", 0) or None,
    "taskVcpus": spot + on_demand,
    "spot": False if on_demand and not spot else None,
    "instanceTypes": sorted(kind["InstanceType"] for kind in task.get("InstanceTypeSpecifications", [])) or None,
    "subnets": placement.get("RequestedEc2SubnetIds") or None,
    "keyName": placement.get("Ec2KeyName"),
    "notebooks": True if any(application["Name"] == "JupyterHub" for application in cluster.get("Applications", [])) else None,
    "idleMinutes": min(max(idle // 60, 10), 1440) if idle else None,
}
json.dump({"dataset": tags["pomona:dataset"], "now": True,
           "cluster": {name: value for name, value in wanted.items() if value is not None}}, sys.stdout, indent=2)
print()
PYTHON
