"""moto_server for the state machine tests: `python moto_server.py PORT`.

The interpreter in moto 5.2.1 departs from Step Functions in five places that these state machines meet. Each is put right
here, in as few lines as it takes; with another version of moto the script refuses to start, so that a cure never outlives
its illness unnoticed.
"""
import copy
import sys
import uuid

import moto

if moto.__version__ != "5.2.1":
    sys.exit(f"these tests know moto 5.2.1, and this is {moto.__version__}: check each cure below, then change this line")

from moto.core.config import default_user_config

default_user_config["stepfunctions"] = {"execute_state_machine": True}
default_user_config["lambda"] = {"use_docker": False}

# 1. The second StartExecution of a server dies copying the first one's lock. An execution needs no copy of its siblings.
from moto.stepfunctions import models


def copy_without_executions(self, memo):
    twin = copy.copy(self)
    twin.executions = []
    return twin


models.StateMachine.__deepcopy__ = copy_without_executions

# 2. StartExecution without a name, which AWS answers with a name of its own.
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

start_execution = StepFunctionsParserBackend.start_execution
StepFunctionsParserBackend.start_execution = lambda self, arn, name=None, *rest, **named: start_execution(
    self, arn, name or str(uuid.uuid4()), *rest, **named)

# 3. A Fail state may name an error of the States namespace through ErrorPath: the original error, handed on.
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName

CustomErrorName.__init__ = lambda self, error_name: ErrorName.__init__(self, error_name=error_name)

# 4. Step Functions' names for services, where botocore's differ, and those in error names.
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service, state_task_service_aws_sdk

state_task_service.StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES["costexplorer"] = "ce"
state_task_service_aws_sdk._SERVICE_ERROR_NAMES.update({"emr": "Emr", "costexplorer": "CostExplorer"})

# 5. SendTaskFailure loses the cause.
from moto.stepfunctions.responses import EmptyResult, StepFunctionResponse


def send_task_failure(self):
    self.stepfunction_backend.send_task_failure(
        self._get_param("taskToken"), error=self._get_param("error"), cause=self._get_param("cause"))
    return EmptyResult()


StepFunctionResponse.send_task_failure = send_task_failure

# Not faults, but most of the tests' time: the interpreter makes a new client for every task, and parses a path anew
# every time it meets it.
from functools import cache
from types import SimpleNamespace

import boto3
from moto.stepfunctions.parser.asl.utils import boto_client, json_path

json_path.parse = cache(json_path.parse)

clients = {}


def client(service_name, **options):
    if service_name not in clients:
        clients[service_name] = boto3.client(service_name=service_name, **options)
    return clients[service_name]


boto_client.boto3 = SimpleNamespace(client=client)

if __name__ == "__main__":
    from moto.server import main

    main(["-p", sys.argv[1]])
