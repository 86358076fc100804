#!/usr/bin/env python3
"""Makes nsfwjs-features.json: the features that npm's nsfwjs gives one drawn image.

Independent of the product: node evaluates the package's modules, and numpy runs the Keras topology in float64, layer by
layer, channels last, batch normalisation as written. Needs ./pomona setup, node and numpy:
    python3 tests/vision/Models/goldens/make_nsfwjs_features.py > tests/vision/Models/goldens/nsfwjs-features.json
"""
import base64
import json
import pathlib
import subprocess
import sys

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[4]
PACKAGE = ROOT / "job/native/node_modules/nsfwjs"


def evaluate(module):
    # The package calls itself an ES module, but its bundles are CommonJS: require() would refuse them.
    script = """
        const module = { exports: {} };
        const source = require("fs").readFileSync(process.argv[1], "utf8");
        new Function("module", "exports", source)(module, module.exports);
        process.stdout.write(JSON.stringify(module.exports));
    """
    return json.loads(subprocess.run(["node", "-e", script, module], check=True, capture_output=True, text=True).stdout)


def weights_of(model, data):
    weights, at = {}, 0
    for entry in model["weightsManifest"][0]["weights"]:
        count = int(numpy.prod(entry["shape"]))
        quantization = entry["quantization"]
        values = numpy.frombuffer(data, numpy.uint8, count, at).astype(numpy.float64)
        values = (values * quantization["scale"] + quantization["min"]).astype(numpy.float32)
        weights[entry["name"]] = values.astype(numpy.float64).reshape(entry["shape"])
        at += count
    assert at == len(data)
    return weights


def convolve(image, kernel, stride, padding, depthwise):
    kernel_height, kernel_width = kernel.shape[:2]
    height, width = image.shape[:2]
    if padding == "same":
        down, across = -(-height // stride), -(-width // stride)
        rows = max((down - 1) * stride + kernel_height - height, 0)
        columns = max((across - 1) * stride + kernel_width - width, 0)
        image = numpy.pad(image, ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2), (0, 0)))
    down = (image.shape[0] - kernel_height) // stride + 1
    across = (image.shape[1] - kernel_width) // stride + 1
    result = 0
    for y in range(kernel_height):
        for x in range(kernel_width):
            part = image[y:y + down * stride:stride, x:x + across * stride:stride]
            result = result + (part * kernel[y, x, :, 0] if depthwise else part @ kernel[y, x])
    return result


def features_of(model, weights, image):
    tensors = {}
    for layer in model["modelTopology"]["model_config"]["config"]["layers"]:
        kind, config, name = layer["class_name"], layer["config"], layer["name"]
        inputs = [tensors[entry[0]] for entry in layer["inbound_nodes"][0]] if layer["inbound_nodes"] else [image]
        value = inputs[0]
        if kind == "ZeroPadding2D":
            value = numpy.pad(value, (*config["padding"], (0, 0)))
        elif kind == "Conv2D":
            value = convolve(value, weights[name + "/kernel"], config["strides"][0], config["padding"], False)
        elif kind == "DepthwiseConv2D":
            value = convolve(value, weights[name + "/depthwise_kernel"], config["strides"][0], config["padding"], True)
        elif kind == "BatchNormalization":
            scale = weights[name + "/gamma"] / numpy.sqrt(weights[name + "/moving_variance"] + config["epsilon"])
            value = (value - weights[name + "/moving_mean"]) * scale + weights[name + "/beta"]
        elif kind == "ReLU":
            value = numpy.clip(value, 0, config["max_value"])
        elif kind == "Add":
            value = inputs[0] + inputs[1]
        elif kind == "AveragePooling2D":
            assert list(value.shape[:2]) == config["pool_size"]
            value = value.mean((0, 1))
        elif kind == "Dense":
            return value
        else:
            assert kind in ("InputLayer", "Flatten"), kind
        tensors[name] = value
    raise AssertionError("there is no Dense layer")


def main():
    folder = PACKAGE / "dist/models/mobilenet_v2"
    model = evaluate(folder / "model.min.js")
    weights = weights_of(model, base64.b64decode(evaluate(folder / "group1-shard1of1.min.js")))
    y, x, c = numpy.mgrid[0:224, 0:224, 0:3]
    image = (y * 7 + x * 13 + c * 101 + x * y // 16) % 256
    features = features_of(model, weights, image / 255)
    json.dump({
        "madeWith": f"nsfwjs {json.loads((PACKAGE / 'package.json').read_text())['version']}, numpy {numpy.__version__}",
        "image": "byte(y, x, c) = (7 y + 13 x + 101 c + floor(x y / 16)) mod 256",
        "features": [float(f"{value:.9g}") for value in features],
    }, sys.stdout)
    print()


main()
