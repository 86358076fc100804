"""Checks requests against the AWS API model that botocore carries: `check_requests.py SERVICE < requests.json`.

Standard input is a list of {"operation": ..., "request": ...}. Unknown and missing members, wrong types, values outside an
enumeration, a pattern or a range are printed, one a line; the exit code is 1 when there is one.
"""
import json
import re
import sys

import botocore.session

KINDS = {"string": str, "boolean": bool, "integer": int, "long": int, "double": (int, float), "float": (int, float),
         "timestamp": (str, int, float), "map": dict, "structure": dict, "list": list}


def faults(shape, value, where):
    kind = shape.type_name
    if not isinstance(value, KINDS[kind]) or (kind != "boolean" and isinstance(value, bool)):
        yield f"{where}: {value!r} is not a {kind}"
        return
    if kind == "structure":
        for name in shape.required_members:
            if name not in value:
                yield f"{where}.{name}: required"
        for name, member in value.items():
            if name in shape.members:
                yield from faults(shape.members[name], member, f"{where}.{name}")
            else:
                yield f"{where}.{name}: unknown"
    elif kind == "list":
        for index, member in enumerate(value):
            yield from faults(shape.member, member, f"{where}[{index}]")
    elif kind == "map":
        for name, member in value.items():
            yield from faults(shape.value, member, f"{where}[{name!r}]")
    elif kind == "string":
        if shape.enum and value not in shape.enum:
            yield f"{where}: {value!r} is none of {', '.join(shape.enum)}"
        # Java's \u in the model is Python's too; surrogates cannot occur in decoded text.
        pattern = shape.metadata.get("pattern")
        if pattern and "uD800" not in pattern and not re.fullmatch(pattern, value):
            yield f"{where}: {value!r} does not match {pattern}"
        if not shape.metadata.get("min", 0) <= len(value) <= shape.metadata.get("max", len(value)):
            yield f"{where}: {len(value)} characters"
    elif kind in ("integer", "long", "double", "float"):
        if not shape.metadata.get("min", value) <= value <= shape.metadata.get("max", value):
            yield f"{where}: {value} is out of range"


model = botocore.session.get_session().get_service_model(sys.argv[1])
found = [fault
         for call in json.load(sys.stdin)
         for fault in faults(model.operation_model(call["operation"]).input_shape, call["request"], call["operation"])]
print("\n".join(found))
sys.exit(1 if found else 0)
