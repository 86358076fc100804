"""Translates a SAM template to plain CloudFormation, as AWS itself does when a stack is created.

translate.py TEMPLATE: writes JSON to standard output; what SAM refuses goes to standard error, with exit code 1.
"""
import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.translator.translator import Translator  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

with open(sys.argv[1], encoding="utf-8") as file:
    template = yaml_parse(file.read())

folder = os.path.dirname(os.path.abspath(sys.argv[1]))
for resource in template.get("Resources", {}).values():
    # What `sam build` and `sam package` do: a local definition becomes part of the template.
    if resource.get("Type") == "AWS::Serverless::StateMachine" and "DefinitionUri" in resource["Properties"]:
        with open(os.path.join(folder, resource["Properties"].pop("DefinitionUri")), encoding="utf-8") as file:
            resource["Properties"]["Definition"] = json.load(file)
    # SAM accepts only packages in a bucket; the local folder comes back out as the key.
    if resource.get("Type") == "AWS::Serverless::Function" and isinstance(resource["Properties"].get("CodeUri"), str):
        resource["Properties"]["CodeUri"] = {"Bucket": "local", "Key": resource["Properties"]["CodeUri"]}

default_code = template.get("Globals", {}).get("Function", {})
if isinstance(default_code.get("CodeUri"), str):
    default_code["CodeUri"] = {"Bucket": "local", "Key": default_code["CodeUri"]}

try:
    json.dump(Translator({}, Parser()).translate(template, parameter_values={}), sys.stdout)
except InvalidDocumentException as refused:
    sys.exit(refused.message + " " + "; ".join(str(cause.message) for cause in refused.causes))
