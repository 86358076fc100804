"""Corrections of moto 5.2.1. Each one is needed: tests/local or tests/statemachine has a test that fails without it (the last one only saves
time).

Most are of Step Functions. Its interpreter is LocalStack's, adapted; some of its connections to AWS were cut, and these
functions reconnect what the pipeline's state machines use. A newer moto must be checked before it is used: see serve.py.
"""
import copy
import datetime
import json
import os
import threading
import time
import uuid
from functools import cache, lru_cache
from types import SimpleNamespace

import boto3
from botocore.exceptions import ClientError
from jsonpath_ng.ext.parser import ExtentedJsonPathParser
from jsonpath_ng.parser import JsonPathParser
from moto.moto_server import werkzeug_app
from moto.moto_server.utilities import RegexConverter
from moto.s3.responses import S3Response
from moto.stepfunctions import models, responses
from moto.stepfunctions.parser import models as parser_models
from moto.stepfunctions.parser.api import ExecutionAbortedEventDetails, ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_lambda
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
    state_task_service_aws_sdk,
    state_task_service_callback,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.callback.callback import HeartbeatEndpoint, HeartbeatTimeoutError
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from werkzeug.wrappers import Request

SdkTask = state_task_service_aws_sdk.StateTaskServiceAwsSdk
CallbackTask = state_task_service_callback.StateTaskServiceCallback


def apply(time_scale, heartbeat_scale, wait_scale):
    """Applies every correction. Retry intervals pass time_scale times faster, Wait states wait_scale times; timeouts, which
    watch over work that really happens, do not, and heartbeats only where a test says so."""
    start_executions_repeatedly()
    keep_the_cause_of_failed_tasks()
    name_services_and_errors_as_aws_does()
    name_refusals_of_functions()
    return_results_that_json_can_hold()
    name_missing_heartbeats()
    let_failures_be_passed_on()
    decide_on_events_where_they_are_added()
    abort_at_once()
    end_work_with_its_state()
    shorten_waits(wait_scale)
    shorten_pauses(time_scale)
    shorten_heartbeats(heartbeat_scale)
    hold_conditions_until_the_write()
    page_histories()
    repeat_less()
    leave_the_body_of_a_put_alone()
    take_keys_of_several_lines()
    carry_the_key(os.environ.get("POMONA_KEY"))


def start_executions_repeatedly():
    """The second StartExecution failed with "cannot pickle RLock": the machine was copied with its executions (moto issue
    10077). Two at once under one name both started. One without a name got none."""

    def copy_without_executions(self, memo):
        clone = copy.copy(self)
        clone.executions = []
        return clone

    models.StateMachine.__deepcopy__ = copy_without_executions

    backend = parser_models.StepFunctionsParserBackend
    start = backend.start_execution
    one_at_a_time = threading.RLock()

    def start_execution(self, state_machine_arn, name=None, execution_input=None, trace_header=None):
        with one_at_a_time:
            return start(self, state_machine_arn, name or str(uuid.uuid4()), execution_input, trace_header)

    backend.start_execution = start_execution


def keep_the_cause_of_failed_tasks():
    """SendTaskFailure dropped its cause."""

    def send_task_failure(self):
        self.stepfunction_backend.send_task_failure(
            self._get_param("taskToken"), error=self._get_param("error"), cause=self._get_param("cause")
        )
        return responses.EmptyResult()

    responses.StepFunctionResponse.send_task_failure = send_task_failure


def name_services_and_errors_as_aws_does():
    """aws-sdk:costexplorer is botocore's "ce", and an aws-sdk:emr error is named Emr.…, as Catch clauses expect."""
    state_task_service.StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES["costexplorer"] = "ce"
    state_task_service_aws_sdk._SERVICE_ERROR_NAMES.update(
        {"emr": "Emr", "costexplorer": "CostExplorer", "s3": "S3", "sns": "Sns"}
    )


def name_refusals_of_functions():
    """A function that Lambda refused to call failed with the error "Exception"; AWS names it Lambda.TooManyRequestsException or
    whatever it was, for which a Retry can wait longer."""
    event_of = state_task_lambda.StateTaskLambda._from_error

    def from_error(self, env, ex):
        event = event_of(self, env, ex)
        if isinstance(ex, ClientError):
            name = "Lambda." + ex.response["Error"]["Code"]
            event.error_name = CustomErrorName(name)
            event.event_details["lambdaFunctionFailedEventDetails"]["error"] = name
        return event

    state_task_lambda.StateTaskLambda._from_error = from_error


def return_results_that_json_can_hold():
    """A date in a result, such as a cluster's creation time, ended the execution; AWS gives ISO 8601."""

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        if isinstance(value, datetime.datetime):
            utc = value.astimezone(datetime.timezone.utc)
            return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"
        return value

    call = SdkTask._eval_service_task

    def eval_service_task(self, env, *args, **kwargs):
        call(self, env, *args, **kwargs)
        env.stack.append(plain(env.stack.pop()))

    SdkTask._eval_service_task = eval_service_task


def name_missing_heartbeats():
    """A missing heartbeat was reported as States.Timeout; AWS says States.HeartbeatTimeout, which Catch can tell apart."""
    event_of = CallbackTask._from_error

    def from_error(self, env, ex):
        event = event_of(self, env, ex)
        if isinstance(ex, HeartbeatTimeoutError):
            heartbeat = StatesErrorNameType.StatesHeartbeatTimeout
            event.error_name = StatesErrorName(typ=heartbeat)
            event.event_details["taskTimedOutEventDetails"]["error"] = heartbeat.to_name()
        return event

    CallbackTask._from_error = from_error
    # Subclasses that define their own take precedence over the one above.
    sdk_event_of = SdkTask._from_error

    def sdk_from_error(self, env, ex):
        return from_error(self, env, ex) if isinstance(ex, HeartbeatTimeoutError) else sdk_event_of(self, env, ex)

    SdkTask._from_error = sdk_from_error


def let_failures_be_passed_on():
    """A Fail state whose ErrorPath leads to a States.* name, as after a Catch of States.ALL, failed with another error."""
    CustomErrorName.__init__ = lambda self, error_name: ErrorName.__init__(self, error_name=error_name)


def decide_on_events_where_they_are_added():
    """The two below decide whether an event still belongs into a history; another event may not come between."""
    begin = EventManager.__init__

    def begin_with_a_lock_that_its_holder_may_take_again(self, *args, **kwargs):
        begin(self, *args, **kwargs)
        self._mutex = threading.RLock()

    EventManager.__init__ = begin_with_a_lock_that_its_holder_may_take_again


def abort_at_once():
    """StopExecution left a task that waits for its token RUNNING until the token, a heartbeat or the timeout came. A task
    that was reading its input went on with half of it, and the history with those halves could not be read any more: on AWS
    the abort is a history's last event. An execution that was stopped in its first moments failed to stop."""
    stop = Execution.stop
    add_event = EventManager.add_event

    def stop_and_release(self, stop_date, error, cause):
        if self.exec_status != ExecutionStatus.RUNNING:
            return
        until = time.monotonic() + 10
        while self.exec_worker.env is None and time.monotonic() < until:
            time.sleep(0.01)
        history = self.exec_worker.env.event_manager
        with history._mutex:
            history.is_closed = True
            add_event(
                history,
                context=EventHistoryContext.of_program_start(),
                event_type=HistoryEventType.ExecutionAborted,
                event_details=EventDetails(executionAbortedEventDetails=ExecutionAbortedEventDetails(error=error, cause=cause)),
            )
        stop(self, stop_date, error, cause)
        self.exec_status = ExecutionStatus.ABORTED
        self.stop_date = stop_date
        if self.exec_worker and self.exec_worker.env:
            for endpoint in list(self.exec_worker.env.callback_pool_manager._pool.values()):
                endpoint.interrupt_all()

    Execution.stop = stop_and_release

    def add_event_unless_closed(self, context, *args, **kwargs):
        with self._mutex:
            if getattr(self, "is_closed", False):
                return context.last_published_event_id
            return add_event(self, context, *args, **kwargs)

    EventManager.add_event = add_event_unless_closed
    # The released task reports a timeout, which must not become the execution's status.
    terminated = BaseExecutionWorkerCommunication.terminated

    def terminated_unless_aborted(self):
        if self.execution.exec_status != ExecutionStatus.ABORTED:
            terminated(self)

    BaseExecutionWorkerCommunication.terminated = terminated_unless_aborted


def end_work_with_its_state():
    """A state's work that was left behind (iterations of a Map of which one failed, a task that timed out) went on without
    evaluating anything: it called services with half of their input and told of it after the end, and such a history could
    not always be read. On AWS it is over."""

    def is_left_behind(env):
        # A program's own frame ends by itself as well; one of a state only with that state.
        return not env.is_running() and not getattr(env, "is_program", True) or any(
            not outer.is_running() for outer in outer_of(env)
        )

    def outer_of(env):
        while (env := getattr(env, "outer", None)) is not None:
            yield env

    def opening(method, is_program):
        def opened(self, event_history_context=None):
            with self._state_mutex:
                frame = method(self, event_history_context)
                frame.outer, frame.is_program = self, is_program
                frame.event_history_context.env = frame
                return frame

        return opened

    Environment.open_frame = opening(Environment.open_frame, is_program=False)
    Environment.open_inner_frame = opening(Environment.open_inner_frame, is_program=True)
    evaluate = EvalComponent.eval

    def evaluate_unless_left_behind(self, env):
        if is_left_behind(env):
            raise RuntimeError("the state that this belongs to has ended")
        evaluate(self, env)

    EvalComponent.eval = evaluate_unless_left_behind
    add_event = EventManager.add_event

    def add_event_unless_left_behind(self, context, *args, **kwargs):
        env = getattr(context, "env", None)
        with self._mutex:
            if env is not None and is_left_behind(env):
                return context.last_published_event_id
            return add_event(self, context, *args, **kwargs)

    EventManager.add_event = add_event_unless_left_behind
    set_error = Environment.set_error

    def set_error_of_what_runs(self, error):
        if self.is_running():
            set_error(self, error)

    Environment.set_error = set_error_of_what_runs


def shorten_waits(wait_scale):
    """Wait states pass wait_scale times faster."""

    def wait_interval(self, env, wait_seconds):
        until = time.monotonic() + wait_seconds / wait_scale
        while env.is_running() and (left := until - time.monotonic()) > 0:
            env.program_state_event.wait(left)

    WaitFunction._wait_interval = wait_interval


def shorten_pauses(time_scale):
    """Pauses before retries pass time_scale times faster."""

    class ShorterSleep:
        """Stands in for the module time in the retrier, which only sleeps."""

        @staticmethod
        def sleep(seconds):
            threading.Event().wait(seconds / time_scale)

    retrier_decl.time = ShorterSleep


def shorten_heartbeats(heartbeat_scale):
    """A missing heartbeat is noticed heartbeat_scale times sooner."""
    begin = HeartbeatEndpoint.__init__

    def begin_shorter(self, heartbeat_seconds):
        begin(self, heartbeat_seconds / heartbeat_scale)

    HeartbeatEndpoint.__init__ = begin_shorter


def hold_conditions_until_the_write():
    """If-Match and If-None-Match were checked before the write and not with it: of several callers more than one won."""
    one_at_a_time = threading.Lock()

    def hold(method):
        def held(self, *args, **kwargs):
            if not (self.headers.get("If-Match") or self.headers.get("If-None-Match")):
                return method(self, *args, **kwargs)
            with one_at_a_time:
                return method(self, *args, **kwargs)

        return held

    S3Response.put_object = hold(S3Response.put_object)
    S3Response.delete_object = hold(S3Response.delete_object)


def leave_the_body_of_a_put_alone():
    """An object sent as application/x-www-form-urlencoded, as curl does by itself, was read as a form, and then waited for."""
    Request.want_form_data_parsed = property(lambda self: self.method == "POST" and bool(self.environ.get("CONTENT_TYPE")))


def take_keys_of_several_lines():
    """A key with a line break in it met no route: a dot in their patterns means any letter but that."""
    begin = RegexConverter.__init__

    def begin_with_any_letter(self, url_map, *items):
        begin(self, url_map, *items)
        self.regex = self.regex.replace(".+", r"[\s\S]+").replace(".*", r"[\s\S]*")

    RegexConverter.__init__ = begin_with_any_letter


def page_histories():
    """GetExecutionHistory told every event from the first one on, whatever its reader asked for; and it copied all of them, and
    asked each for the sixty members that some event may have."""

    def get_event_history(self):
        with self._mutex:
            return list(self._history_event_list)

    EventManager.get_event_history = get_event_history

    def get_execution_history(self):
        events = self.stepfunction_backend.get_execution_history(self._get_param("executionArn"))["events"]
        if self._get_param("reverseOrder"):
            events.reverse()
        first = int(self._get_param("nextToken") or 0)
        end = first + (int(self._get_param("maxResults") or 0) or 100)
        page = {"events": [{**event, "timestamp": seconds(event["timestamp"])} for event in events[first:end]]}
        if end < len(events):
            page["nextToken"] = str(end)
        return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(page)

    def seconds(iso_8601):
        return datetime.datetime.strptime(iso_8601, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()

    responses.StepFunctionResponse.get_execution_history = get_execution_history


def repeat_less():
    """Most of the time: each request had moto list its own folders and ask two hundred patterns for its service; the
    interpreter read the machine's definition for every execution, made a new client for every task, and a parser with its
    tables for every path it met."""
    application = werkzeug_app.DomainDispatcherApplication
    application.get_backend_for_host = cache(application.get_backend_for_host)
    AmazonStateLanguageParser.parse = staticmethod(lru_cache(16)(AmazonStateLanguageParser.parse))
    json_path.parse = parse_once(ExtentedJsonPathParser())
    result_path.parse = parse_once(JsonPathParser())
    clients = {}
    one_at_a_time = threading.Lock()

    def client(service_name, region_name=None, **options):
        with one_at_a_time:
            known = clients.get((service_name, region_name))
            if known is None:
                known = clients[service_name, region_name] = boto3.client(service_name, region_name=region_name, **options)
            return known

    boto_client.boto3 = SimpleNamespace(client=client)


def parse_once(parser):
    """Parses each path once; a parser's tables take longer than all paths, and it parses one at a time."""
    one_at_a_time = threading.Lock()

    @cache
    def parse(path):
        with one_at_a_time:
            return parser.parse(path)

    return parse


def carry_the_key(key):
    """The interpreter's calls carry the account's key, by which the front knows its own where it cannot see who calls."""
    client = boto_client.boto3.client

    def own_client(*args, aws_access_key_id, **options):
        return client(*args, aws_access_key_id=f"{aws_access_key_id}-{key}" if key else aws_access_key_id, **options)

    boto_client.boto3 = SimpleNamespace(client=own_client)
