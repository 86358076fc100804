#!/usr/bin/env python3
"""Draws small image files and writes what Pillow makes of them: the goldens of DecodingGoldensTests and
ResizingGoldensTests. Run it in this folder; it needs Pillow 9.4.0 with libjpeg-turbo, numpy, and for the YCCK file
libturbojpeg.so.0. On Debian 12: apt-get install python3-pil python3-numpy libturbojpeg0, then /usr/bin/python3.

decode/<file>            the image files
decode/<file>.rgb        what each must decode to: red, green, blue, row by row from the top left
decode/float.tif         is rejected
decode/<file>.upright    the same with the EXIF orientation honoured, where a file has one
decode.tsv               file, width, height, width and height when upright
draft.tsv                JPEG of decode/, width and height that it is resized to, width, height and SHA-256 of the RGB of a
                         draft of three times that, upright, SHA-256 of it resized (bicubic)
resize.tsv               source width, height, seed, filter, width, height, SHA-256 of the resized RGB

Expected pixels are Pillow's, image.convert("RGB"), with two documented exceptions. Transparency goes over white:
white.paste(image, mask=alpha). Grey of 16 bits, which convert("RGB") overflows, is reduced to the high byte with numpy. What Pillow does not open or has
another rule for (below) is given what was drawn.
The sources of resize.tsv are noise from a linear congruential generator that the test repeats. Pillow has no
TensorFlow-style resampling: those are computed below in numpy from the formula of tf.image.resize.
"""
import ctypes
import hashlib
import io
import os
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageDraw, ImageOps, features

if Image.__version__ != "9.4.0":
    sys.exit(f"Pillow is {Image.__version__}: the goldens are Pillow 9.4.0's.")

TOOLS = f"Pillow {Image.__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}, numpy {np.__version__}"
FOLDER = "decode"
ROWS = []


def picture(width, height, seed=7):
    """A small still life: a smooth ground, hard edges, fine grain."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    ground = np.stack([90 + 120 * x / width, 60 + 150 * y / height, 200 - 130 * (x + y) / (width + height)], axis=-1)
    grain = np.random.default_rng(seed).normal(0, 9, ground.shape)
    image = Image.fromarray(np.clip(ground + grain, 0, 255).astype(np.uint8), "RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse([width * 0.2, height * 0.2, width * 0.7, height * 0.9], fill=(210, 40, 30), outline=(20, 90, 20))
    draw.line([0, height, width, 0], fill=(250, 250, 120))
    return image


def alpha(width, height):
    """Every amount of transparency, and fully opaque and fully clear corners."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    return Image.fromarray(np.clip(300 * x / width - 20 + 10 * np.sin(y), 0, 255).astype(np.uint8), "L")


def over_white(image):
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image, mask=image.getchannel("A"))
    return white


def write(name, data, expected=None, oriented=False):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(data)
    if expected is None or oriented:
        image = Image.open(io.BytesIO(data))
        image.load()
    if expected is None:
        transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
        expected = over_white(image) if transparent else image.convert("RGB")
    with open(os.path.join(FOLDER, name + ".rgb"), "wb") as file:
        file.write(expected.tobytes())
    upright = expected
    if oriented:
        upright = ImageOps.exif_transpose(image).convert("RGB")
        with open(os.path.join(FOLDER, name + ".upright"), "wb") as file:
            file.write(upright.tobytes())
    ROWS.append((name, *expected.size, *upright.size))


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpegs():
    image = picture(45, 31)
    for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
        write(f"baseline-{name}.jpg", saved(image, "JPEG", quality=88, subsampling=subsampling))
        write(f"progressive-{name}.jpg", saved(image, "JPEG", quality=75, subsampling=subsampling, progressive=True))
    write("grey.jpg", saved(image.convert("L"), "JPEG", quality=80))
    write("grey-progressive.jpg", saved(image.convert("L"), "JPEG", quality=80, progressive=True))
    write("cmyk.jpg", saved(image.convert("CMYK"), "JPEG", quality=90))
    write("quality-5.jpg", saved(image, "JPEG", quality=5))
    write("quality-100.jpg", saved(image, "JPEG", quality=100, optimize=True))
    for width, height in ((1, 1), (1, 40), (40, 1), (8, 8), (16, 16), (17, 33), (131, 97)):
        write(f"size-{width}x{height}.jpg", saved(picture(width, height), "JPEG", quality=85))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        write(f"orientation-{orientation}.jpg", saved(picture(21, 13), "JPEG", quality=90, exif=exif.tobytes()),
              oriented=True)
    little = Image.Exif()
    little.endian = "<"
    little[0x0112] = 6
    write("orientation-little-endian.jpg", saved(picture(21, 13), "JPEG", exif=little.tobytes()), oriented=True)
    ycck(image)


def ycck(image):
    """Pillow writes CMYK only; TurboJPEG's compressor makes YCCK of it."""
    turbo = ctypes.CDLL("libturbojpeg.so.0")
    turbo.tjInitCompress.restype = ctypes.c_void_p
    pixels = bytes(255 - value for value in image.convert("CMYK").tobytes())
    out, size = ctypes.POINTER(ctypes.c_ubyte)(), ctypes.c_ulong()
    for name, subsampling in (("444", 0), ("420", 2)):
        status = turbo.tjCompress2(
            ctypes.c_void_p(turbo.tjInitCompress()), pixels, image.width, 0, image.height, 11,
            ctypes.byref(out), ctypes.byref(size), subsampling, 90, 0)
        assert status == 0
        write(f"ycck-{name}.jpg", ctypes.string_at(out, size.value))


def png(width, height, bits, colour, rows, extra=b"", interlaced=False):
    """A PNG of any bit depth and colour type, which Pillow cannot write; rows(x0, y0, dx, dy) gives packed rows."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    passes = [(0, 0, 1, 1)]
    if interlaced:  # Adam7
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    data = b"".join(b"\0" + row for one in passes for row in rows(*one))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced))
            + extra + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def packed(samples, bits):
    """Samples (height, width, channels) to PNG rows."""
    def rows(x0, y0, dx, dy):
        for row in samples[y0::dy, x0::dx]:
            flat = row.reshape(-1)
            if flat.size == 0:
                continue
            if bits == 16:
                yield flat.astype(">u2").tobytes()
            elif bits == 8:
                yield flat.astype(np.uint8).tobytes()
            else:
                spread = (flat[:, None] >> np.arange(bits - 1, -1, -1)) & 1
                yield np.packbits(spread.astype(np.uint8).reshape(-1)).tobytes()
    return rows


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pngs():
    image = picture(45, 31)
    colour = np.asarray(image)
    mask = np.asarray(alpha(45, 31))
    grey = np.asarray(image.convert("L"))
    noise = np.random.default_rng(3)

    write("rgb.png", saved(image, "PNG"))
    write("rgba.png", saved(merge(image, mask), "PNG"))
    write("grey-alpha.png", saved(Image.merge("LA", (image.convert("L"), Image.fromarray(mask, "L"))), "PNG"))
    write("palette-8.png", saved(image.quantize(200), "PNG"))
    write("palette-4.png", saved(image.quantize(16), "PNG"))
    write("palette-2.png", saved(image.quantize(4), "PNG"))
    write("palette-1.png", saved(image.quantize(2), "PNG"))
    write("palette-transparent.png", saved(image.quantize(64), "PNG", transparency=bytes(range(0, 256, 4))))
    write("rgb-interlaced.png", png(45, 31, 8, 2, packed(colour, 8), interlaced=True))
    write("gamma.png", png(45, 31, 8, 2, packed(colour, 8), extra=chunk(b"gAMA", struct.pack(">I", 100000))))
    red, green, blue = (int(value) for value in colour[0, 0])
    write("rgb-transparent-colour.png", png(
        45, 31, 8, 2, packed(colour, 8), extra=chunk(b"tRNS", struct.pack(">HHH", red, green, blue))))
    for bits in (1, 2, 4, 8):
        write(f"grey-{bits}.png", png(45, 31, bits, 0, packed(grey[:, :, None] >> (8 - bits), bits)))
    write("grey-transparent-colour.png", png(
        45, 31, 8, 0, packed(grey[:, :, None], 8), extra=chunk(b"tRNS", struct.pack(">H", int(grey[5, 5])))))

    wide = colour.astype(np.uint16) * 256 + noise.integers(0, 256, colour.shape)
    wide_mask = mask.astype(np.uint16)[:, :, None] * 256 + noise.integers(0, 256, (31, 45, 1))
    wide_grey = wide[:, :, 1:2]
    write("rgb-16.png", png(45, 31, 16, 2, packed(wide, 16)))
    write("rgba-16.png", png(45, 31, 16, 6, packed(np.concatenate([wide, wide_mask], axis=2), 16)))
    write("rgba-16-interlaced.png", png(
        45, 31, 16, 6, packed(np.concatenate([wide, wide_mask], axis=2), 16), interlaced=True))
    write("grey-alpha-16.png", png(45, 31, 16, 4, packed(np.concatenate([wide_grey, wide_mask], axis=2), 16)))
    write("grey-16.png", png(45, 31, 16, 0, packed(wide_grey, 16)),
          Image.fromarray((wide_grey[:, :, 0] >> 8).astype(np.uint8), "L").convert("RGB"))
    for width, height in ((1, 1), (1, 9), (9, 1), (131, 97)):
        write(f"size-{width}x{height}.png", saved(picture(width, height), "PNG"))


def merge(image, mask):
    image = image.convert("RGBA")
    image.putalpha(Image.fromarray(mask, "L"))
    return image


def others():
    image = picture(45, 31)
    clear = merge(image, np.asarray(alpha(45, 31)))
    write("lossy.webp", saved(image, "WEBP", quality=80))
    write("lossless.webp", saved(image, "WEBP", lossless=True))
    write("lossy-alpha.webp", saved(clear, "WEBP", quality=80))
    write("lossless-alpha.webp", saved(clear, "WEBP", lossless=True, exact=True))
    write("animated.webp", saved(image, "WEBP", save_all=True, lossless=True, append_images=[picture(45, 31, 8)]))

    indexed = image.quantize(120)
    write("still.gif", saved(indexed, "GIF", interlace=0))
    write("interlaced.gif", saved(indexed, "GIF", interlace=1))
    write("transparent.gif", saved(indexed, "GIF", transparency=3))
    write("animated.gif", saved(indexed, "GIF", save_all=True, append_images=[picture(45, 31, 8).quantize(90)]))

    write("rgb.tif", saved(image, "TIFF"))
    write("lzw.tif", saved(image, "TIFF", compression="tiff_lzw"))
    write("deflate.tif", saved(image, "TIFF", compression="tiff_adobe_deflate"))
    write("packbits.tif", saved(image, "TIFF", compression="packbits"))
    write("grey.tif", saved(image.convert("L"), "TIFF"))
    write("bilevel.tif", saved(image.convert("1"), "TIFF", compression="group4"))
    write("palette.tif", saved(image.quantize(64), "TIFF"))
    write("cmyk.tif", saved(image.convert("CMYK"), "TIFF"))
    write("rgba.tif", saved(clear, "TIFF"))
    write("pages.tif", saved(image, "TIFF", save_all=True, append_images=[picture(20, 20)]))
    wide = np.asarray(image.convert("L")).astype(np.uint16) * 256 + 77
    write("grey-16.tif", saved(Image.fromarray(wide, "I;16"), "TIFF"),
          Image.fromarray((wide >> 8).astype(np.uint8), "L").convert("RGB"))
    write("jpeg.tif", saved(image, "TIFF", compression="jpeg", quality=90))
    write("grey-jpeg.tif", saved(image.convert("L"), "TIFF", compression="jpeg", quality=90))
    exif = Image.Exif()
    exif[0x0112] = 6
    write("orientation-6.png", saved(picture(21, 13), "PNG", exif=exif.tobytes()), oriented=True)
    write("orientation-6.webp", saved(picture(21, 13), "WEBP", lossless=True, exif=exif.tobytes()), oriented=True)
    for orientation in range(2, 9):  # Pillow honours these when it loads the file
        write(f"turned-{orientation}.tif", saved(picture(21, 13), "TIFF", tiffinfo={0x0112: orientation}))
    tiffs(image, clear)
    bmps(image, clear)
    write("one-colour.webp", one_colour(40, 30))
    frame(image)

    # Decodes nowhere: what would white be?
    with open(os.path.join(FOLDER, "float.tif"), "wb") as file:
        file.write(saved(Image.fromarray(np.asarray(image.convert("L")).astype(np.float32), "F"), "TIFF"))


def tiff(samples, photometric, tags=(), tile=0, planar=False):
    """A little-endian TIFF of one strip or of square tiles, deflated, which Pillow reads but does not write."""
    height, width, bands = samples.shape
    side = tile or max(width, height)
    blocks = []
    for plane in np.split(samples, bands, axis=2) if planar else [samples]:
        for top in range(0, height, side):
            for left in range(0, width, side):
                block = plane[top:top + side, left:left + side]
                if tile:
                    block = np.pad(block, ((0, tile - block.shape[0]), (0, tile - block.shape[1]), (0, 0)))
                blocks.append(zlib.compress(block.tobytes()))
    bits = 8 * samples.dtype.itemsize
    entries = [(256, 3, [width]), (257, 3, [height]), (258, 3, [bits] * bands), (259, 3, [8]), (262, 3, [photometric]),
               (277, 3, [bands]), (284, 3, [2 if planar else 1]), *tags]
    where, sizes = (324, 325) if tile else (273, 279)
    entries += [(322, 3, [tile]), (323, 3, [tile])] if tile else [(278, 3, [height])]
    lengths = [len(block) for block in blocks]
    entries += [(where, 4, lengths), (sizes, 4, lengths)]

    # The directory comes first, as in cloud-optimised files, and is as long whatever the offsets are.
    def directory(first):
        starts = list(np.cumsum([first] + lengths[:-1]))
        fields, values = struct.pack("<H", len(entries)), b""
        for tag, kind, content in sorted(entries):
            content = starts if tag == where else content
            packed_values = struct.pack(f"<{len(content)}{'HI'[kind == 4]}", *content) if kind in (3, 4) else bytes(content)
            if len(packed_values) > 4:
                field = struct.pack("<I", 8 + 2 + 12 * len(entries) + 4 + len(values))
                values += packed_values
            else:
                field = packed_values.ljust(4, b"\0")
            fields += struct.pack("<HHI", tag, kind, len(content)) + field
        return fields + b"\0\0\0\0" + values

    return struct.pack("<2sHI", b"II", 42, 8) + directory(8 + len(directory(0))) + b"".join(blocks)


def tiffs(image, clear):
    colour, mask = np.asarray(image), np.asarray(clear)[:, :, 3:]
    luma = np.asarray(image.convert("YCbCr"))
    infrared = np.full_like(mask, 10)
    whole = [(530, 3, [1, 1])]
    write("ycbcr.tif", saved(image.convert("YCbCr"), "TIFF", compression="tiff_lzw"))
    write("ycbcr-planar.tif", tiff(luma, 6, whole, planar=True))
    write("ycbcr-tiled.tif", tiff(luma, 6, whole, tile=16))
    write("tiled.tif", tiff(colour, 2, tile=16))
    write("tiled-grey.tif", tiff(colour[:, :, :1].copy(), 1, tile=32))
    write("infrared.tif", tiff(np.dstack([colour, infrared]), 2, [(338, 3, [0])]))
    write("infrared-tiled.tif", tiff(np.dstack([colour, infrared]), 2, [(338, 3, [0])], tile=16))
    write("grey-infrared.tif", tiff(np.dstack([colour[:, :, :1], infrared]), 1, [(338, 3, [0])]),
          Image.fromarray(colour[:, :, 0].copy(), "L").convert("RGB"))
    write("alpha-said.tif", tiff(np.dstack([colour, mask]), 2, [(338, 3, [2])]))
    write("alpha-unsaid.tif", tiff(np.dstack([colour, mask]), 2), over_white(merge(image, mask[:, :, 0])))
    cyan = np.asarray(image.convert("CMYK"))
    write("inks-and-more.tif", tiff(np.dstack([cyan, infrared]), 5, [(338, 3, [0])]))
    # A private tag of a type that does not exist, a unit of resolution likewise, tags that only some programs know.
    write("remarks.tif", tiff(colour, 2, [(65000, 0, [1]), (296, 3, [9]), (33550, 4, [1, 2, 3, 4, 5, 6]), (40000, 3, [7])]))
    write("remarks-tiled.tif", tiff(colour, 2, [(65000, 0, [1]), (296, 3, [9]), (33922, 4, [1] * 12)], tile=16))


def one_colour(width, height):
    """The shortest WebP: VP8L whose five prefix codes have one symbol each, so that its pixels take no bits at all."""
    bits, value = 0, 0
    for count, field in ((14, width - 1), (14, height - 1), (4, 0), (3, 0), *[(4, 0b0001), (4, 0b1001)] * 2, (4, 0b0001)):
        value |= field << bits  # each code: simple, one symbol, of one bit: green 0, red 1, blue 0, alpha 1 (not used)
        bits += count
    body = b"\x2f" + value.to_bytes((bits + 7) // 8, "little")
    return b"RIFF" + struct.pack("<I", 12 + len(body)) + b"WEBPVP8L" + struct.pack("<I", len(body)) + body


def frame(image):
    """A first frame that does not cover its screen: what is free of it is transparent, so white. Pillow fills it."""
    small = saved(image.crop((0, 0, 20, 12)).quantize(60), "GIF")
    left, top, width, height = 9, 5, 45, 31
    at = small.index(b"\x2c", 13 + 3 * (2 << (small[10] & 7)))
    data = (small[:6] + struct.pack("<HH", width, height) + small[10:at + 1] + struct.pack("<HH", left, top)
            + small[at + 5:])
    expected = Image.new("RGB", (width, height), (255, 255, 255))
    expected.paste(Image.open(io.BytesIO(small)).convert("RGB"), (left, top))
    write("small-frame.gif", data, expected)


def bmp(width, height, bits, compression, data, palette=b"", masks=b"", header=40):
    start = 14 + header + (len(masks) if header == 40 else 0) + len(palette)
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(data), 2835, 2835,
                           len(palette) // 4, 0)
    info += (masks.ljust(header - 40, b"\0") if header > 40 else masks)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + info + palette + data


def bottom_up(rows):
    return b"".join(row + b"\0" * (-len(row) % 4) for row in reversed(list(rows)))


def bmps(image, clear):
    width, height = image.size
    write("rgb.bmp", saved(image, "BMP"))
    write("grey.bmp", saved(image.convert("L"), "BMP"))
    write("bilevel.bmp", saved(image.convert("1"), "BMP"))
    write("palette-8.bmp", saved(image.quantize(200), "BMP"))
    colour = np.asarray(image)
    write("rgb-top-down.bmp", bmp(width, -height, 24, 0, b"".join(
        row[:, ::-1].tobytes() + b"\0" * (-3 * width % 4) for row in colour)))
    write("rgb-os2.bmp", bmp(width, height, 24, 0, bottom_up(row[:, ::-1].tobytes() for row in colour), header=12))
    write("rgbx-32.bmp", bmp(width, height, 32, 0, bottom_up(
        np.dstack([row[None, :, ::-1], np.full((1, width, 1), 9, np.uint8)]).tobytes() for row in colour)))
    five = (colour >> 3).astype(np.uint16)
    write("rgb-555.bmp", bmp(width, height, 16, 0, bottom_up(
        (row[:, 0] << 10 | row[:, 1] << 5 | row[:, 2]).astype("<u2").tobytes() for row in five)))
    six = (colour[:, :, 1] >> 2).astype(np.uint16)
    write("rgb-565.bmp", bmp(width, height, 16, 3, bottom_up(
        (row[:, 0] << 11 | green << 5 | row[:, 2]).astype("<u2").tobytes() for row, green in zip(five, six)),
        masks=struct.pack("<III", 0xF800, 0x07E0, 0x001F)))
    bgra = np.asarray(clear)[:, :, [2, 1, 0, 3]]
    write("rgba-32.bmp", bmp(width, height, 32, 3, bottom_up(row.tobytes() for row in bgra),
                             masks=struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000), header=108))

    indexed = image.quantize(16)
    index = np.asarray(indexed)
    palette = b"".join(bytes((b, g, r, 0)) for r, g, b in zip(*[iter(indexed.getpalette()[:48])] * 3))
    nibbles = [row if len(row) % 2 == 0 else np.append(row, 0) for row in index]
    write("palette-4.bmp", bmp(width, height, 4, 0, bottom_up(
        (row[0::2] << 4 | row[1::2]).astype(np.uint8).tobytes() for row in nibbles), palette))
    write("run-length-8.bmp", bmp(width, height, 8, 1, run_length(index), palette))


def run_length(index):
    """Runs of two and more, literal stretches between, as RLE8."""
    out = b""
    for row in index[::-1]:
        i = 0
        while i < len(row):
            run = 1
            while i + run < len(row) and row[i + run] == row[i] and run < 255:
                run += 1
            literal = 0
            while run == 1 and i + literal + 1 < len(row) and row[i + literal] != row[i + literal + 1]:
                literal += 1
            if literal >= 3:
                out += bytes((0, literal)) + row[i:i + literal].tobytes() + b"\0" * (literal % 2)
                i += literal
            else:
                out += bytes((run, row[i]))
                i += run
        out += b"\0\0"
    return out + b"\0\1"


def noise(width, height, seed):
    """Numerical Recipes' generator, one byte from the top of each state."""
    out, state = bytearray(), seed
    for _ in range(3 * width * height):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out.append(state >> 24)
    return bytes(out)


def tf_bilinear(pixels, width, height):
    """tf.image.resize(method='bilinear', antialias=False): half-pixel centres, float32; rounded to bytes, halves up."""
    def neighbours(source, count):
        scale = np.float32(source) / np.float32(count)
        at = (np.arange(count, dtype=np.float32) + np.float32(0.5)) * scale - np.float32(0.5)
        floor = np.floor(at)
        lower = np.maximum(floor.astype(int), 0)
        upper = np.minimum(np.ceil(at).astype(int), source - 1)
        return lower, upper, (at - floor).astype(np.float32)

    pixels = pixels.astype(np.float32)
    y0, y1, dy = neighbours(pixels.shape[0], height)
    x0, x1, dx = neighbours(pixels.shape[1], width)
    dy, dx = dy[:, None, None], dx[None, :, None]
    top, bottom = pixels[y0], pixels[y1]
    top = top[:, x0] + (top[:, x1] - top[:, x0]) * dx
    bottom = bottom[:, x0] + (bottom[:, x1] - bottom[:, x0]) * dx
    return np.floor(top + (bottom - top) * dy + np.float32(0.5)).astype(np.uint8)


def resizes():
    filters = {"bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR, "nearest": Image.NEAREST}
    sizes = (
        (100, 100, 224, 224), (500, 333, 224, 224), (640, 480, 299, 299), (1000, 75, 224, 224), (224, 100, 224, 224),
        (100, 224, 224, 224), (224, 224, 224, 224), (225, 223, 224, 224), (448, 448, 224, 224), (1, 1, 224, 224),
        (1, 50, 32, 32), (50, 1, 32, 32), (2, 3, 5, 7), (37, 29, 16, 11), (97, 331, 96, 96), (3000, 3, 64, 64),
        (3, 3000, 64, 64), (10, 10, 1, 1), (333, 7, 1, 20), (5, 6, 500, 3), (16, 16, 17, 15), (51, 49, 13, 160))
    rows = []
    for seed, (width, height, to_width, to_height) in enumerate(sizes, start=1):
        source = Image.frombytes("RGB", (width, height), noise(width, height, seed))
        for name, pillow in filters.items():
            result = source.resize((to_width, to_height), pillow).tobytes()
            rows.append((width, height, seed, name, to_width, to_height, hashlib.sha256(result).hexdigest()))
        result = tf_bilinear(np.asarray(source), to_width, to_height).tobytes()
        rows.append((width, height, seed, "tf-bilinear", to_width, to_height, hashlib.sha256(result).hexdigest()))
    return rows


def drafts():
    rows = []
    for name in sorted(name for name, *_ in ROWS if name.endswith(".jpg")):
        for wanted in ((1, 1), (2, 2), (2, 3), (3, 2), (4, 4), (6, 6), (9, 12), (20, 20)):
            image = Image.open(os.path.join(FOLDER, name))
            turned = image.getexif().get(0x0112, 1) >= 5
            width, height = (wanted[1], wanted[0]) if turned else wanted
            whole = image.size
            image.draft(None, (3 * width, 3 * height))
            if image.size == whole:
                continue
            upright = ImageOps.exif_transpose(image).convert("RGB")
            rows.append((name, *wanted, *upright.size, hashlib.sha256(upright.tobytes()).hexdigest(),
                         hashlib.sha256(upright.resize(wanted, Image.BICUBIC).tobytes()).hexdigest()))
    return rows


def table(path, rows):
    with open(path, "w", encoding="ascii", newline="\n") as file:
        file.write(f"# made by make_goldens.py with {TOOLS}\n")
        for row in rows:
            file.write("\t".join(str(value) for value in row) + "\n")


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    jpegs()
    pngs()
    others()
    table("decode.tsv", ROWS)
    table("draft.tsv", drafts())
    table("resize.tsv", resizes())
