#!/usr/bin/env bash
# Looks, before a deployment, at what people get wrong; each fault comes with the command that cures it.
#   ./pomona cloud check --subnets subnet-a,subnet-b --mail you@example.org [--key NAME] [--stack pomona] [--vcpus 64] [--release emr-7.7.0]
#   [--bucket EXISTING [--kms-key ARN]]   where the stack is to use a bucket that is there already (ExistingBucket, KmsKey)
# It only reads. What it cannot see it calls "not checked". Exit code 0: nothing that is known to be needed is missing;
# 1: something is. Needs the AWS CLI and credentials.
set -euo pipefail

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0"; }
subnets="" key="" mail="" stack=pomona vcpus=64 release=emr-7.7.0 bucket="" kms_key=""
while [ $# -gt 0 ]; do
    case "$1" in
        -h | --help) usage; exit 0 ;;
        --subnets | --key | --mail | --stack | --vcpus | --release | --bucket | --kms-key)
            [ $# -ge 2 ] || { echo "check: $1 needs a value." >&2; exit 2; }
            name="${1#--}"
            printf -v "${name//-/_}" '%s' "$2"; shift 2 ;;
        *) echo "check: there is no option '$1'." >&2; usage >&2; exit 2 ;;
    esac
done
[[ "$vcpus" =~ ^[0-9]+$ ]] || { echo "check: --vcpus must be a number." >&2; exit 2; }

faults=0 unchecked=0
good() { printf 'ok     %s\n' "$1"; }
note() { printf 'note   %s\n       %s\n' "$1" "$2"; }
unknown() { printf 'note   not checked: %s\n       %s\n' "$1" "$2"; unchecked=$((unchecked + 1)); }
bad() { printf 'WRONG  %s\n       fix: %s\n' "$1" "$2"; faults=$((faults + 1)); }
ask() { aws "$@" --output text 2> /dev/null; } # nothing is printed and the status is not 0 when AWS says no

# --- Who and where
command -v aws > /dev/null || { bad "the AWS CLI is not installed" "https://aws.amazon.com/cli/"; exit 1; }
if ! account="$(ask sts get-caller-identity --query Account)"; then
    bad "there are no valid AWS credentials" "aws configure sso   (or: aws configure)"
    exit 1
fi
region="${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}"
if [ -z "$region" ]; then
    bad "no region is set" "export AWS_REGION=eu-west-3"
    exit 1
fi
good "account $account, region $region"

# --- Subnets: they exist, in one VPC, tagged so that AmazonEMRServicePolicy_v2 may use them, with a way out
tag=for-use-with-amazon-emr-managed-policies

# The active routes of a subnet: a line each of its table, destination and target.
routes_of() { # SUBNET, VPC
    local query="RouteTables[].Routes[?State=='active'][].[DestinationCidrBlock || DestinationPrefixListId || DestinationIpv6CidrBlock, NatGatewayId || TransitGatewayId || VpcPeeringConnectionId || NetworkInterfaceId || LocalGatewayId || CarrierGatewayId || GatewayId]" found
    found="$(ask ec2 describe-route-tables --filters "Name=association.subnet-id,Values=$1" --query "$query")" || return 1
    # A subnet without a route table of its own uses the VPC's main one.
    [ -n "$found" ] || found="$(ask ec2 describe-route-tables --filters "Name=vpc-id,Values=$2" Name=association.main,Values=true --query "$query")" || return 1
    printf '%s\n' "$found"
}

# Nodes fetch from S3, the job reports to Step Functions, and EMR's own agent to EMR: all of that must be within reach.
network() { # SUBNET, VPC, WHETHER NODES GET PUBLIC ADDRESSES
    local routes out missing="" service reached endpoints
    if ! routes="$(routes_of "$1" "$2")"; then
        unknown "the routes of subnet $1 could not be read" "nodes need a way to Amazon S3, Step Functions and EMR"
        return
    fi
    out="$(awk '$1 == "0.0.0.0/0" { print $2; exit }' <<< "$routes")"
    case "$out" in
        nat-*) good "subnet $1 reaches Amazon S3, Step Functions and EMR through $out"; return ;;
        igw-*)
            if [ "$3" = True ] || [ "$3" = true ]; then good "subnet $1 reaches Amazon S3, Step Functions and EMR through $out"; return; fi
            # Without an address the gateway is no way out, and endpoints may be.
            ;;
        ?*) unknown "where $out leads, by which subnet $1 goes out" "nodes need a way to Amazon S3, Step Functions and EMR"; return ;;
    esac
    if ! endpoints="$(ask ec2 describe-vpc-endpoints --filters "Name=vpc-id,Values=$2" Name=vpc-endpoint-state,Values=available --query 'VpcEndpoints[].[ServiceName,VpcEndpointType,VpcEndpointId]')"; then
        unknown "the endpoints of VPC $2 could not be read" "subnet $1 has no other way to Amazon S3, Step Functions and EMR"
        return
    fi
    for service in s3 states elasticmapreduce; do
        reached="$(awk -v name="com.amazonaws.$region.$service" '$1 == name { print $2, $3 }' <<< "$endpoints")"
        case "$reached" in
            *Interface*) ;;
            # A gateway endpoint is a way only for the tables that have its route.
            *Gateway*) grep -qF "${reached##* }" <<< "$routes" || missing+=" $service" ;;
            *) missing+=" $service" ;;
        esac
    done
    if [ -z "$missing" ]; then
        good "subnet $1 has endpoints for Amazon S3, Step Functions and EMR"
        unknown "what their policies and security groups let through" "they must allow the stack's bucket, states:SendTask* and EMR"
        return
    fi
    case "$out" in igw-*) note "subnet $1 gives nodes no public address, so $out is no way out" "aws ec2 modify-subnet-attribute --subnet-id $1 --map-public-ip-on-launch" ;; esac
    for service in $missing; do
        case "$service" in
            s3) bad "subnet $1 reaches neither the internet nor Amazon S3: nodes could not install anything" "aws ec2 create-vpc-endpoint --vpc-id $2 --service-name com.amazonaws.$region.s3 --route-table-ids TABLE" ;;
            states) bad "subnet $1 does not reach Step Functions: a run would be given up after 15 minutes without a heartbeat" "aws ec2 create-vpc-endpoint --vpc-id $2 --vpc-endpoint-type Interface --service-name com.amazonaws.$region.states --subnet-ids $1" ;;
            elasticmapreduce) bad "subnet $1 does not reach EMR: an idle cluster would not be ended" "aws ec2 create-vpc-endpoint --vpc-id $2 --vpc-endpoint-type Interface --service-name com.amazonaws.$region.elasticmapreduce --subnet-ids $1" ;;
        esac
    done
}

if [ -z "$subnets" ]; then
    bad "no subnets were given" "aws ec2 describe-subnets --query 'Subnets[].[SubnetId,AvailabilityZone,VpcId]' --output table, then --subnets A,B"
else
    vpcs="" zones=""
    for subnet in ${subnets//,/ }; do
        if ! found="$(ask ec2 describe-subnets --subnet-ids "$subnet" \
            --query "Subnets[0].[VpcId,AvailabilityZone,Tags[?Key=='$tag']|[0].Value,AvailableIpAddressCount,MapPublicIpOnLaunch]")"; then
            bad "subnet $subnet does not exist in $region" "aws ec2 describe-subnets --query 'Subnets[].SubnetId' --output text"
            continue
        fi
        read -r vpc zone tagged addresses public <<< "$found"
        vpcs+="$vpc"$'\n' zones+="$zone"$'\n'
        if [ "$tagged" = true ]; then good "subnet $subnet carries the tag $tag"
        else bad "subnet $subnet lacks the tag that EMR's policy asks for" "aws ec2 create-tags --resources $subnet --tags Key=$tag,Value=true"; fi
        [ "$addresses" -ge 32 ] || note "subnet $subnet has only $addresses free addresses" "each node takes one"

        network "$subnet" "$vpc" "$public"
    done
    vpcs="$(sort -u <<< "$vpcs" | grep . || true)" zones="$(sort -u <<< "$zones" | grep . || true)"
    if [ "$(grep -c . <<< "$vpcs")" -gt 1 ]; then
        bad "the subnets are in several VPCs ($(tr '\n' ' ' <<< "$vpcs"))" "give subnets of one VPC"
    fi
    if [ -n "$zones" ] && [ "$(grep -c . <<< "$zones")" -eq 1 ]; then
        note "all subnets are in $zones" "one subnet in each Availability Zone gives EMR more Spot capacity to choose from"
    fi
    for vpc in $vpcs; do
        # EMR makes its security groups in the VPC with the first cluster.
        if [ "$(ask ec2 describe-vpcs --vpc-ids "$vpc" --query "Vpcs[0].Tags[?Key=='$tag']|[0].Value")" = true ]; then good "VPC $vpc carries the tag"
        else bad "VPC $vpc lacks the tag, so EMR may not make its security groups there" "aws ec2 create-tags --resources $vpc --tags Key=$tag,Value=true"; fi
        for attribute in enableDnsSupport enableDnsHostnames; do
            dns="${attribute#enableDns}"
            case "$(ask ec2 describe-vpc-attribute --vpc-id "$vpc" --attribute "$attribute" --query "${attribute^}.Value")" in
                True | true) good "VPC $vpc has $attribute" ;;
                False | false) bad "VPC $vpc lacks $attribute, which EMR's nodes find each other by" "aws ec2 modify-vpc-attribute --vpc-id $vpc --enable-dns-${dns,,} Value=true" ;;
                *) unknown "whether VPC $vpc has $attribute" "aws ec2 describe-vpc-attribute --vpc-id $vpc --attribute $attribute" ;;
            esac
        done
        # Groups that an earlier cluster of somebody else has left there are used again, and must be tagged as well.
        if ! groups="$(ask ec2 describe-security-groups --filters "Name=vpc-id,Values=$vpc" "Name=group-name,Values=ElasticMapReduce-*" \
            --query "SecurityGroups[].[GroupId,GroupName,Tags[?Key=='$tag']|[0].Value,join(',',IpPermissions[?contains(IpRanges[].CidrIp, '0.0.0.0/0') || contains(Ipv6Ranges[].CidrIpv6, '::/0')].to_string(FromPort))]")"; then
            unknown "the security groups of VPC $vpc could not be read" "those named ElasticMapReduce-* need the tag $tag=true"
        else
            while read -r group name tagged open; do
                [ -n "$group" ] || continue
                # EMR refuses every cluster whose groups are open to the world but for ssh, as its account-wide block asks.
                if [[ "$open" =~ [0-9a-z] && ! "$open" =~ ^(22,?)+$ ]]; then
                    bad "EMR's security group $name in VPC $vpc is open to the world (ports $open): EMR blocks clusters with it" "aws ec2 revoke-security-group-ingress --group-id $group --ip-permissions RULE   (aws ec2 describe-security-groups --group-ids $group)"
                fi
                if [ "$tagged" = true ]; then good "EMR's security group $name carries the tag"
                else bad "EMR's security group $name in VPC $vpc lacks the tag: every cluster there would fail" "aws ec2 create-tags --resources $group --tags Key=$tag,Value=true"; fi
            done <<< "$groups"
        fi
    done
fi

# --- Roles that AWS makes once for an account
for role in elasticmapreduce.amazonaws.com/AWSServiceRoleForEMRCleanup spot.amazonaws.com/AWSServiceRoleForEC2Spot; do
    if ask iam get-role --role-name "${role#*/}" --query Role.Arn > /dev/null; then good "the role ${role#*/} exists"
    else bad "the role ${role#*/} does not exist yet" "aws iam create-service-linked-role --aws-service-name ${role%/*}"; fi
done
if [ "$(ask emr get-block-public-access-configuration --query BlockPublicAccessConfiguration.BlockPublicSecurityGroupRules)" = True ]; then
    good "EMR blocks clusters that would be open to the world"
else
    bad "EMR does not block clusters that would be open to the world" "aws emr put-block-public-access-configuration --block-public-access-configuration 'BlockPublicSecurityGroupRules=true,PermittedPublicSecurityGroupRuleRanges=[{MinRange=22,MaxRange=22}]'"
fi

# --- A bucket that is there already: it is never changed, so it must be right
if [ -n "$bucket" ]; then
    if ! where="$(ask s3api get-bucket-location --bucket "$bucket" --query LocationConstraint)"; then
        bad "the bucket $bucket does not exist, or is not yours to read" "aws s3api get-bucket-location --bucket $bucket"
    else
        case "$where" in None | "") where=us-east-1 ;; EU) where=eu-west-1 ;; esac
        if [ "$where" = "$region" ]; then good "the bucket $bucket is in $region"
        else bad "the bucket $bucket is in $where: the stack, in $region, gets no events of it" "deploy in $where, or take a bucket of $region"; fi
        case "$(ask s3api get-bucket-notification-configuration --bucket "$bucket" --query 'type(EventBridgeConfiguration)')" in
            object) good "the bucket $bucket sends its events to EventBridge" ;;
            null) bad "the bucket $bucket sends no events to EventBridge: no upload would start a run" "with its owner: aws s3api get-bucket-notification-configuration --bucket $bucket, add \"EventBridgeConfiguration\": {} to what it says, and put-bucket-notification-configuration all of it" ;;
            *) unknown "whether the bucket $bucket sends its events to EventBridge" "aws s3api get-bucket-notification-configuration --bucket $bucket" ;;
        esac
        if ! found="$(ask s3api get-bucket-encryption --bucket "$bucket" --query 'ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.[SSEAlgorithm,KMSMasterKeyID]')"; then
            unknown "how the bucket $bucket is encrypted" "aws s3api get-bucket-encryption --bucket $bucket"
        else
            read -r algorithm its_key <<< "$found"
            case "$algorithm ${its_key:-None}" in
                AES256* | "aws:kms None" | *alias/aws/s3*) good "the bucket $bucket is encrypted ($algorithm)" ;;
                *)
                    # An id is the end of its ARN.
                    if [ -n "$kms_key" ] && [ "${kms_key##*/}" = "${its_key##*/}" ]; then good "the bucket $bucket is encrypted with $kms_key"
                    else bad "the bucket $bucket is encrypted with the key $its_key, which functions and nodes may not use" "deploy with KmsKey set to that key's ARN, and give it here as --kms-key"; fi ;;
            esac
        fi
        four='PublicAccessBlockConfiguration.[BlockPublicAcls,IgnorePublicAcls,BlockPublicPolicy,RestrictPublicBuckets]'
        closed() { [[ "$(tr '[:upper:]' '[:lower:]' <<< "$1" | tr -s '[:space:]' ' ')" =~ ^(true ){4}$ ]]; }
        if closed "$(ask s3api get-public-access-block --bucket "$bucket" --query "$four")" || closed "$(ask s3control get-public-access-block --account-id "$account" --query "$four")"; then
            good "the bucket $bucket is closed to the public"
        else
            bad "the bucket $bucket may be open to the public, and so would people's images be" "with its owner: aws s3api put-public-access-block --bucket $bucket --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
        fi
        [ "$(ask s3api get-bucket-versioning --bucket "$bucket" --query Status)" = Enabled ] \
            || note "the bucket $bucket keeps no versions" "what a run overwrites, or KeepRunsDays removes, cannot be brought back"
    fi
fi

# --- The key pair
if [ -z "$key" ]; then
    note "no key pair was given" "without one there is no ssh and no tunnel.sh; runs do not need it"
elif ask ec2 describe-key-pairs --key-names "$key" --query 'KeyPairs[0].KeyName' > /dev/null; then good "the key pair $key exists"
else bad "the key pair $key does not exist in $region" "aws ec2 create-key-pair --key-name $key --query KeyMaterial --output text > $key.pem && chmod 400 $key.pem"; fi

# --- Quotas, in vCPUs: L-34B43A08 Spot, L-1216C47A On-Demand, standard families
quota() { # CODE, WHAT, NEEDED[, WHAT ELSE HELPS]
    local allowed
    if ! allowed="$(ask service-quotas get-service-quota --service-code ec2 --quota-code "$1" --query Quota.Value)"; then
        unknown "the quota for $2 vCPUs could not be read" "aws service-quotas get-service-quota --service-code ec2 --quota-code $1"
    elif [ "${allowed%%.*}" -ge "$3" ]; then good "$2: ${allowed%%.*} vCPUs allowed, $3 needed"
    else bad "$2: only ${allowed%%.*} vCPUs are allowed, and $3 are needed" "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code $1 --desired-value $3${4:+   ($4${allowed%%.*})}"; fi
}
# MaxVcpus counts core nodes too, which are On-Demand: whatever the quota for Spot is, even 0, it is a limit that fits.
quota L-34B43A08 Spot "$vcpus" "or deploy with MaxVcpus="
quota L-1216C47A On-Demand 8
if allowed="$(ask service-quotas get-service-quota --service-code ec2 --quota-code L-1216C47A --query Quota.Value)" && [ "${allowed%%.*}" -ge 8 ] && [ "${allowed%%.*}" -lt "$((vcpus + 4))" ]; then
    note "On-Demand: ${allowed%%.*} vCPUs are fewer than the $((vcpus + 4)) that a run may take where Spot has none" "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value $((vcpus + 4))"
fi

# --- Instance types: those of functions/Planning/ClusterForm.cs, primary and core first
smaller="m5.xlarge m5a.xlarge m5n.xlarge m6i.xlarge m6a.xlarge m7i.xlarge m7a.xlarge r5.xlarge r6i.xlarge r7i.xlarge"
task="m5.xlarge m5a.xlarge m5n.xlarge m6i.xlarge m6a.xlarge m7i.xlarge m7a.xlarge r5.xlarge r5a.xlarge r5n.xlarge r5b.xlarge r6i.xlarge r7i.xlarge m5.2xlarge m5a.2xlarge m5n.2xlarge m6i.2xlarge m6a.2xlarge m7i.2xlarge m7a.2xlarge"
if ! offered="$(ask emr list-supported-instance-types --release-label "$release" --query 'SupportedInstanceTypes[].Type')" || [ -z "$offered" ]; then
    unknown "which instance types $release offers in $region" "aws emr list-supported-instance-types --release-label $release"
else
    offered=" ${offered//[[:space:]]/ } "
    for fleet in "primary and core nodes:$smaller" "task nodes:$task"; do
        there=0 missing=""
        for type in ${fleet#*:}; do
            if [[ "$offered" = *" $type "* ]]; then there=$((there + 1)); else missing+=" $type"; fi
        done
        if [ "$there" -eq 0 ]; then
            bad "$release offers none of the types for ${fleet%%:*} in $region" "deploy in another region, or with another ReleaseLabel (aws emr list-supported-instance-types --release-label …)"
        else good "$release offers $there types for ${fleet%%:*}${missing:+; runs leave out$missing}"; fi
    done
fi

# --- Functions at once: thousands of upload events share them with the workflow's own
if ! allowed="$(ask lambda get-account-settings --query AccountLimit.ConcurrentExecutions)"; then
    unknown "how many functions may run at once" "aws lambda get-account-settings --query AccountLimit"
elif [ "${allowed%%.*}" -ge 100 ]; then good "${allowed%%.*} functions may run at once"
else note "only ${allowed%%.*} functions may run at once: a large upload holds runs up for minutes" "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000"; fi

# --- Mails
if [[ ! "$mail" =~ ^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$ ]]; then
    bad "'$mail' is not a mail address" "--mail you@example.org"
else
    topic="arn:aws:sns:$region:$account:$stack-mails"
    state="$(ask sns list-subscriptions-by-topic --topic-arn "$topic" --query "Subscriptions[?Endpoint=='$mail']|[0].SubscriptionArn")" || state=""
    case "$state" in
        "" | None) note "nobody is subscribed yet: the stack $stack is not deployed, or with another address" "after the deployment, follow the link in Amazon's mail to $mail, and run this again" ;;
        PendingConfirmation) bad "$mail has not confirmed: no mail will come" "follow the link in Amazon's mail, or have it sent again: aws sns subscribe --topic-arn $topic --protocol email --notification-endpoint $mail" ;;
        arn:*) good "$mail gets the mails" ;;
        *) bad "$mail gets no mails any more: its subscription is '$state'" "aws sns subscribe --topic-arn $topic --protocol email --notification-endpoint $mail" ;;
    esac
fi

case "$(ask cloudwatch describe-alarms --alarm-names "$stack-mails-unheard" --query 'MetricAlarms[0].StateValue')" in
    ALARM) bad "the alarm $stack-mails-unheard rings: nobody gets the stack's mails" "aws sns list-subscriptions-by-topic --topic-arn arn:aws:sns:$region:$account:$stack-mails" ;;
    *) ;;
esac

# --- What the nodes install: the bundle that is current is there, whole; its bytes are compared by every run, before it rents
again="./pomona cloud deploy uploads it again (docs/deploying.md)"
artifacts() { # BUCKET
    local at="s3://$1/artifacts" current list names sum path missing=""
    if ! current="$(aws s3 cp "$at/current" - 2> /dev/null)"; then
        note "nothing is uploaded yet for nodes to install, or it may not be read: $at/current" "./pomona cloud deploy uploads it"
        return
    fi
    if [[ ! "$current" =~ ^[0-9a-f]{64}$ ]]; then bad "$at/current names no bundle" "$again"; return; fi
    if ! list="$(aws s3 cp "$at/$current/nodes.sha256" - 2> /dev/null && printf .)"; then bad "the list of the current bundle is not there: $at/$current/nodes.sha256" "$again"; return; fi
    list="${list%.}"
    if [ "$(printf '%s' "$list" | sha256sum | cut -d ' ' -f 1)" != "$current" ]; then bad "$at/$current/nodes.sha256 is not the list that its folder is named after" "$again"; return; fi
    if ! names="$(ask s3api list-objects-v2 --bucket "$1" --prefix "artifacts/$current/" --query 'Contents[].Key')"; then
        unknown "whether the files of the current bundle are there" "aws s3 ls --recursive $at/$current/"
        return
    fi
    names=" ${names//[[:space:]]/ } "
    while read -r sum path; do
        if [ -n "$sum" ] && [[ "$names" != *" artifacts/$current/$path "* ]]; then missing+=" $path"; fi
    done <<< "$list"
    if [ -z "$missing" ]; then good "the bundle that nodes install is whole: $(grep -c . <<< "$list") files in $at/${current:0:12}…"
    else bad "of the bundle that nodes install there is no$missing" "$again"; fi
}
if ! its_bucket="$(ask ssm get-parameter --name "/$stack/bucket" --query Parameter.Value)"; then
    note "the stack $stack is not deployed yet here, or its bucket's name may not be read" "what the nodes install is uploaded by ./pomona cloud deploy"
else artifacts "$its_bucket"; fi

# --- The cost report
activated="$(ask ce list-cost-allocation-tags --status Active --tag-keys pomona:stack pomona:run --query 'length(CostAllocationTags)')" || activated=""
case "$activated" in
    2) good "the cost-allocation tags are active" ;;
    "") unknown "the cost-allocation tags could not be read" "only the paying account of an organisation may; the cost report needs pomona:stack and pomona:run active" ;;
    *) note "the cost-allocation tags are not active yet: the cost report and the budget would be empty" "a day after the first run: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=pomona:stack,Status=Active TagKey=pomona:run,Status=Active" ;;
esac

if [ "$faults" -gt 0 ]; then
    printf '\n%s thing(s) to fix before a deployment.\n' "$faults"
    exit 1
fi
if [ "$unchecked" -gt 0 ]; then printf '\nNothing known to be needed is missing, and %s thing(s) could not be checked: see above.\n' "$unchecked"; fi
printf '\nReady: ./pomona cloud deploy\n'
