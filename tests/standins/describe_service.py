#!/usr/bin/env python3
"""Describes the part of an AWSSDK service package that a few operations reach, in the form of PublicSurface.cs.

    describe_service.py "AWSSDK.StepFunctions 4.0.100.2" stepfunctions Amazon.StepFunctions AmazonStepFunctions \\
        StartExecution DescribeExecution ... > AWSSDK.StepFunctions.api.txt

The packages are generated from the services' API models, which botocore carries too; this follows the generator's rules, as
version 4 of the SDK applies them (StandInConformanceTests tries them on the real AWSSDK.DynamoDBv2): value types are nullable,
lists are List<T>, enums are classes of constants, an operation is one asynchronous method on client and interface.
"""
import sys

import botocore
import botocore.session

KINDS = {"string": "string", "boolean": "bool?", "integer": "int?", "long": "long?", "double": "double?", "float": "float?",
         "timestamp": "DateTime?", "blob": "MemoryStream"}
STATUS = "string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode"
CAUSED = STATUS.replace("string message,", "string message, Exception innerException,")


def upper(name):
    return name[0].upper() + name[1:]


def main():
    title, service, space, client, *operations = sys.argv[1:]
    model = botocore.session.get_session().get_service_model(service)
    short = client.removeprefix("Amazon")
    out = set()

    def exception(path, parent):
        name = path.split(".")[-1]
        out.add(f"{path} class : {parent}")
        for parameters in ("string message", "string message, Exception innerException", "Exception innerException", STATUS, CAUSED):
            out.add(f"{path} :: .ctor({parameters})")
        return name

    def kind(shape):
        if shape.type_name == "list":
            # Of enums: of strings, so that a reader of an older version can hold newer values.
            return f"List<{'string' if shape.member.type_name == 'string' else kind(shape.member).removesuffix('?')}>"
        if shape.type_name == "map":
            return f"Dictionary<{kind(shape.key)}, {kind(shape.value).removesuffix('?')}>"
        if shape.type_name == "structure":
            structure(f"{space}.Model.{shape.name}", shape, None)
            return shape.name
        if shape.type_name == "string" and shape.enum:
            path = f"{space}.{upper(shape.name)}"
            out.add(f"{path} class : ConstantClass")
            out.add(f"{path} :: .ctor(string value)")
            out.add(f"{path} :: static {upper(shape.name)} FindValue(string value)")
            for value in shape.enum:
                out.add(f"{path} :: static {upper(shape.name)} {value}")
            return upper(shape.name)
        return KINDS[shape.type_name]

    seen = set()

    def structure(path, shape, parent):
        if path in seen:
            return
        seen.add(path)
        out.add(f"{path} class" + (f" : {parent}" if parent else ""))
        out.add(f"{path} :: .ctor()")
        for name, member in (shape.members if shape else {}).items():
            out.add(f"{path} :: {kind(member)} {upper(name)} {{ get; set; }}")

    base = f"{client}Request"
    structure(f"{space}.{base}", None, "AmazonWebServiceRequest")
    failure = exception(f"{space}.{client}Exception", "AmazonServiceException")
    out.add(f"{space}.I{client} interface")
    out.add(f"{space}.{client}Client class : AmazonServiceClient")
    for parameters in ("", "RegionEndpoint region", f"{client}Config config", "AWSCredentials credentials",
                       "AWSCredentials credentials, RegionEndpoint region",
                       f"AWSCredentials credentials, {client}Config clientConfig"):
        out.add(f"{space}.{client}Client :: .ctor({parameters})")
    out.add(f"{space}.{client}Config class : ClientConfig")
    out.add(f"{space}.{client}Config :: .ctor()")
    for name in operations:
        operation = model.operation_model(name)
        structure(f"{space}.Model.{name}Request", operation.input_shape, base)
        structure(f"{space}.Model.{name}Response", operation.output_shape, "AmazonWebServiceResponse")
        call = f"Task<{name}Response> {name}Async({name}Request request, CancellationToken cancellationToken = default)"
        out.add(f"{space}.I{client} :: {call}")
        out.add(f"{space}.{client}Client :: {call}")
        for error in operation.error_shapes:
            exception(f"{space}.Model.{error.name if error.name.endswith('Exception') else error.name + 'Exception'}", failure)

    print(f"# {title}: the API model {short.lower()} of botocore {botocore.__version__}; made by describe_service.py")
    print("\n".join(sorted(out)))


main()
