"""Prints a SAM template as the CloudFormation template that SAM makes of it: `translate.py TEMPLATE`."""
import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-3")

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """The template names managed policies by ARN, so none must be looked up in an account."""

    def load(self):
        return {}


with open(sys.argv[1], encoding="utf-8") as source:
    template = yaml_parse(source.read())

# `sam package` uploads what these paths name and puts the address in their place.
template["Globals"]["Function"]["CodeUri"] = "s3://packages/" + template["Globals"]["Function"]["CodeUri"]
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::StateMachine":
        resource["Properties"]["DefinitionUri"] = "s3://packages/" + resource["Properties"]["DefinitionUri"]
    elif resource["Type"] == "AWS::Serverless::Function" and "CodeUri" in resource["Properties"]:
        resource["Properties"]["CodeUri"] = "s3://packages/" + resource["Properties"]["CodeUri"]

json.dump(transform(template, {}, NoManagedPolicies()), sys.stdout)
