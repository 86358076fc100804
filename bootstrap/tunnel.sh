#!/usr/bin/env bash
# Opens a cluster's web pages in your own browser, through an SSH tunnel.
#   tunnel.sh CLUSTER [--key FILE] [--port 8157] [--out DIR] [--print]
# Writes a proxy auto-config file (for any browser) and a FoxyProxy settings file, prints the addresses, and keeps the
# tunnel open until Ctrl-C. --print does all but open it. Needs the AWS CLI, ssh, and a stack deployed with a key pair.
set -euo pipefail

fail() { printf '%s\n' "tunnel: $*" >&2; exit 1; }

cluster="" key="" port=8157 out="." print=false
while [ $# -gt 0 ]; do
    case "$1" in
        --key) key="${2:-}"; shift ;;
        --port) port="${2:-}"; shift ;;
        --out) out="${2:-}"; shift ;;
        --print) print=true ;;
        -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
        -*) fail "there is no option '$1': see --help." ;;
        *) cluster="$1" ;;
    esac
    shift || fail "the last option needs a value: see --help."
done
[[ "$cluster" =~ ^j-[0-9A-Z]{8,20}$ ]] || fail "'$cluster' is not a cluster's id: it looks like j-2AL4XXXXXX5T9, and the 'ready' mail names it."
[[ "$port" =~ ^[0-9]{4,5}$ ]] || fail "'$port' is not a port: use a number from 1024 to 65535."
[ -z "$key" ] || [ -r "$key" ] || fail "the key file $key cannot be read."
[ -d "$out" ] || fail "the folder $out does not exist."

state_and_host="$(aws emr describe-cluster --cluster-id "$cluster" \
    --query 'Cluster.[Status.State,MasterPublicDnsName,Ec2InstanceAttributes.Ec2KeyName]' --output text)" \
    || fail "the cluster $cluster could not be read: see above; is the AWS CLI set to its region?"
read -r state host key_name <<< "$state_and_host"
case "$state" in
    RUNNING | WAITING) ;;
    STARTING | BOOTSTRAPPING) fail "the cluster is still $state: try again in some minutes." ;;
    *) fail "the cluster is $state: its pages are gone. Its logs are in the bucket, under logs/$cluster/." ;;
esac
[[ "$host" =~ ^[a-z0-9.-]+$ && "$host" != None ]] || fail "the cluster has no host name yet: try again in a minute."
[ "$key_name" != None ] || fail "the cluster was rented without a key pair: deploy with KeyPairName=… (./pomona cloud check --key NAME looks for one) and run again."

pac="$out/pomona-$cluster.pac"
cat > "$pac" <<PAC
function FindProxyForURL(url, host) {
  if (shExpMatch(host, "*.compute.internal") || shExpMatch(host, "*.ec2.internal") ||
      shExpMatch(host, "ec2-*.amazonaws.com"))
    return "SOCKS5 localhost:$port";
  return "DIRECT";
}
PAC

foxyproxy="$out/pomona-$cluster.foxyproxy.json"
pattern() { printf '{"type": "wildcard", "title": "%s", "pattern": "*://%s/*", "active": true}' "$1" "$2"; }
cat > "$foxyproxy" <<JSON
{
  "mode": "pattern",
  "sync": false,
  "data": [
    {
      "active": true, "title": "EMR $cluster", "type": "socks5", "hostname": "localhost", "port": "$port",
      "username": "", "password": "", "proxyDNS": true, "cc": "", "city": "", "color": "#2e7d32", "pac": "",
      "include": [
        $(pattern "inside the network" "*.compute.internal*"),
        $(pattern "inside us-east-1" "*.ec2.internal*"),
        $(pattern "public names" "ec2-*.amazonaws.com*")
      ],
      "exclude": []
    }
  ]
}
JSON

cat <<TEXT
JupyterHub      https://$host:9443    (if the stack was deployed with Notebooks=true; user jovyan, password jupyter)
                Everybody knows this password, and the hub may do what the cluster may. Change it now:
                ssh -t${key:+ -i $key} hadoop@$host sudo docker exec -it jupyterhub passwd jovyan
                The hub answers through this tunnel alone: leave port 9443 closed in the security groups.
Spark history   http://$host:18080
YARN            http://$host:8088

Your browser reaches them through localhost:$port, with one of
  $pac   proxy auto-config: Firefox: Settings > Network Settings > Automatic proxy configuration URL
  $foxyproxy   FoxyProxy 8: Options > Import
TEXT

command=(ssh -N -D "localhost:$port" -o ExitOnForwardFailure=yes -o ServerAliveInterval=30
    -o StrictHostKeyChecking=accept-new ${key:+-i "$key"} "hadoop@$host")
if $print; then
    printf '\nThe tunnel:\n '
    printf ' %q' "${command[@]}"
    printf '\n'
else
    printf '\nThe tunnel is open until Ctrl-C. If it hangs, your address is not let in: add it to port 22 of the primary node'\''s security group.\n'
    exec "${command[@]}"
fi
