#!/usr/bin/env bash
# Looks, before a deployment, at what people get wrong; each fault comes with the command that cures it.
#   ./pomona deploy-check --subnets subnet-a,subnet-b --mail you@example.org [--key NAME] [--stack pomona] [--vcpus 64]
# It only reads. Exit code 0: ready to deploy; 1: something is wrong. Needs the AWS CLI and credentials.
set -euo pipefail

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0"; }
subnets="" key="" mail="" stack=pomona vcpus=64
while [ $# -gt 0 ]; do
    case "$1" in
        -h | --help) usage; exit 0 ;;
        --subnets | --key | --mail | --stack | --vcpus)
            [ $# -ge 2 ] || { echo "deploy-check: $1 needs a value." >&2; exit 2; }
            printf -v "${1#--}" '%s' "$2"; shift 2 ;;
        *) echo "deploy-check: there is no option '$1'." >&2; usage >&2; exit 2 ;;
    esac
done
[[ "$vcpus" =~ ^[0-9]+$ ]] || { echo "deploy-check: --vcpus must be a number." >&2; exit 2; }

faults=0
good() { printf 'ok     %s\n' "$1"; }
note() { printf 'note   %s\n       %s\n' "$1" "$2"; }
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
if [ -z "$subnets" ]; then
    bad "no subnets were given" "aws ec2 describe-subnets --query 'Subnets[].[SubnetId,AvailabilityZone,VpcId]' --output table, then --subnets A,B"
else
    vpcs="" zones=""
    for subnet in ${subnets//,/ }; do
        if ! found="$(ask ec2 describe-subnets --subnet-ids "$subnet" \
            --query "Subnets[0].[VpcId,AvailabilityZone,Tags[?Key=='$tag']|[0].Value,AvailableIpAddressCount]")"; then
            bad "subnet $subnet does not exist in $region" "aws ec2 describe-subnets --query 'Subnets[].SubnetId' --output text"
            continue
        fi
        read -r vpc zone tagged addresses <<< "$found"
        vpcs+="$vpc"$'\n' zones+="$zone"$'\n'
        if [ "$tagged" = true ]; then good "subnet $subnet carries the tag $tag"
        else bad "subnet $subnet lacks the tag that EMR's policy asks for" "aws ec2 create-tags --resources $subnet --tags Key=$tag,Value=true"; fi
        [ "$addresses" -ge 32 ] || note "subnet $subnet has only $addresses free addresses" "each node takes one"

        # A subnet without a route table of its own uses the VPC's main one.
        routes="$(ask ec2 describe-route-tables --filters "Name=association.subnet-id,Values=$subnet" --query 'RouteTables[].Routes[].[GatewayId,NatGatewayId]')" || routes=""
        [ -n "$routes" ] || routes="$(ask ec2 describe-route-tables --filters "Name=vpc-id,Values=$vpc" Name=association.main,Values=true --query 'RouteTables[].Routes[].[GatewayId,NatGatewayId]')" || routes=""
        if grep -qE 'igw-|nat-|vpce-' <<< "$routes"; then good "subnet $subnet has a way to Amazon S3"
        else bad "subnet $subnet reaches neither the internet nor Amazon S3: nodes could not install anything" "aws ec2 create-vpc-endpoint --vpc-id $vpc --service-name com.amazonaws.$region.s3 --route-table-ids TABLE"; fi
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
        # Groups that an earlier cluster of somebody else has left there are used again, and must be tagged as well.
        if ! groups="$(ask ec2 describe-security-groups --filters "Name=vpc-id,Values=$vpc" "Name=group-name,Values=ElasticMapReduce-*" \
            --query "SecurityGroups[].[GroupId,GroupName,Tags[?Key=='$tag']|[0].Value]")"; then
            note "the security groups of VPC $vpc could not be read" "those named ElasticMapReduce-* need the tag $tag=true"
        else
            while read -r group name tagged; do
                [ -n "$group" ] || continue
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

# --- The key pair
if [ -z "$key" ]; then
    note "no key pair was given" "without one there is no ssh and no tunnel.sh; runs do not need it"
elif ask ec2 describe-key-pairs --key-names "$key" --query 'KeyPairs[0].KeyName' > /dev/null; then good "the key pair $key exists"
else bad "the key pair $key does not exist in $region" "aws ec2 create-key-pair --key-name $key --query KeyMaterial --output text > $key.pem && chmod 400 $key.pem"; fi

# --- Quotas, in vCPUs: L-34B43A08 Spot, L-1216C47A On-Demand, standard families
quota() { # CODE, WHAT, NEEDED[, WHAT ELSE HELPS]
    local allowed
    if ! allowed="$(ask service-quotas get-service-quota --service-code ec2 --quota-code "$1" --query Quota.Value)"; then
        note "the quota for $2 vCPUs could not be read" "aws service-quotas get-service-quota --service-code ec2 --quota-code $1"
    elif [ "${allowed%%.*}" -ge "$3" ]; then good "$2: ${allowed%%.*} vCPUs allowed, $3 needed"
    else bad "$2: only ${allowed%%.*} vCPUs are allowed, and $3 are needed" "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code $1 --desired-value $3${4:+   ($4${allowed%%.*})}"; fi
}
# MaxVcpus counts core nodes too, which are On-Demand: whatever the quota for Spot is, even 0, it is a limit that fits.
quota L-34B43A08 Spot "$vcpus" "or deploy with MaxVcpus="
quota L-1216C47A On-Demand 8

# --- Mails
if [[ ! "$mail" =~ ^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$ ]]; then
    bad "'$mail' is not a mail address" "--mail you@example.org"
else
    topic="arn:aws:sns:$region:$account:$stack-mails"
    state="$(ask sns list-subscriptions-by-topic --topic-arn "$topic" --query "Subscriptions[?Endpoint=='$mail']|[0].SubscriptionArn")" || state=""
    case "$state" in
        "" | None) note "nobody is subscribed yet: the stack $stack is not deployed, or with another address" "after the deployment, follow the link in Amazon's mail to $mail, and run this again" ;;
        PendingConfirmation) bad "$mail has not confirmed: no mail will come" "follow the link in Amazon's mail, or have it sent again: aws sns subscribe --topic-arn $topic --protocol email --notification-endpoint $mail" ;;
        *) good "$mail gets the mails" ;;
    esac
fi

# --- The cost report
activated="$(ask ce list-cost-allocation-tags --status Active --tag-keys pomona:stack pomona:run --query 'length(CostAllocationTags)')" || activated=""
case "$activated" in
    2) good "the cost-allocation tags are active" ;;
    "") note "the cost-allocation tags could not be read" "only the paying account of an organisation may; the cost report needs pomona:stack and pomona:run active" ;;
    *) note "the cost-allocation tags are not active yet: the cost report and the budget would be empty" "a day after the first run: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=pomona:stack,Status=Active TagKey=pomona:run,Status=Active" ;;
esac

if [ "$faults" -gt 0 ]; then
    printf '\n%s thing(s) to fix before sam deploy.\n' "$faults"
    exit 1
fi
printf '\nReady: sam build && sam deploy --guided\n'
