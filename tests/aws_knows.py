"""Holds recorded calls of aws against the AWS command line's own parser and service models: nothing is sent.

Standard input: a JSON list of {"arguments": [...], "answer": text or null}. Each call is parsed as the installed awscli would do it
(unknown commands and options, missing parameters, --query, shorthand, --cli-input-json), and its answer, where it is JSON, may hold only
members that the operation's output has. Prints a line for each fault; exit code 1 with any.
"""
import contextlib
import io
import json
import os
import sys

import awscli.clidriver
import awscli.customizations.commands
from botocore.validate import ParamValidator

# Nobody's settings change what is known, and what needs a region to be parsed has one.
os.environ.update(AWS_CONFIG_FILE="/dev/null", AWS_DEFAULT_REGION="eu-west-3")
called = []


def invoke(self, service_name, operation_name, parameters, parsed_globals):
    model = self._session.get_service_model(service_name).operation_model(operation_name)
    if model.input_shape is not None:
        report = ParamValidator().validate(parameters, model.input_shape)
        if report.has_errors():
            raise ValueError(report.generate_report())
    called.append(model)
    return 0


awscli.clidriver.CLIOperationCaller.invoke = invoke


def custom(cls):
    for kind in cls.__subclasses__():
        # Only what does something: groups of commands choose one, and its own _run_main is reached.
        if "_run_main" in vars(kind):
            kind._run_main = lambda self, parsed_args, parsed_globals: 0
        custom(kind)


def foreign(answer, shape, at):
    if shape is None:
        return [f"{at or 'the answer'} is nothing that the operation answers"] if answer else []
    if isinstance(answer, dict) and shape.type_name == "structure":
        return [fault for name, value in answer.items()
                for fault in ([f"{at}.{name} is no member of the answer"] if name not in shape.members else foreign(value, shape.members[name], f"{at}.{name}"))]
    if isinstance(answer, list) and shape.type_name == "list":
        return [fault for value in answer for fault in foreign(value, shape.member, at + "[]")]
    return []


def fault_of(driver, call):
    called.clear()
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            status = driver.main(call["arguments"])
    except SystemExit as refused:
        status = refused.code
    if status:
        return said.getvalue().strip().splitlines()[-1]
    try:
        answer = json.loads(call["answer"] or "")
    except ValueError:
        return None  # as --output text prints it, or what a custom command says
    faults = foreign(answer, called[0].output_shape, "") if called else []
    return faults[0] if faults else None


def main():
    driver = awscli.clidriver.create_clidriver()
    custom(awscli.customizations.commands.BasicCommand)
    faults = [(call["arguments"], fault) for call in json.load(sys.stdin) if (fault := fault_of(driver, call))]
    for arguments, fault in faults:
        print("aws", *arguments, "->", fault)
    return 1 if faults else 0


sys.exit(main())
