"""Says as JSON what this Python has of what the local cloud needs; importing the packages would take seconds."""
import importlib.metadata
import importlib.util
import json
import os
import sysconfig


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


moto = importlib.util.find_spec("moto")
botocore = importlib.util.find_spec("botocore")
server = importlib.util.find_spec("flask_cors") is not None and importlib.util.find_spec("antlr4") is not None
print(json.dumps({
    "moto": version("moto") if server else None,
    "translator": version("aws-sam-translator"),
    "awscli": version("awscli"),
    "models": os.path.join(os.path.dirname(botocore.origin), "data") if botocore else None,
    "offerings": os.path.join(os.path.dirname(moto.origin), "ec2", "resources", "instance_type_offerings", "region") if moto else None,
    "scripts": sysconfig.get_path("scripts"),
}))
