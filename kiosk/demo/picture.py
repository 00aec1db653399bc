# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of screens: read from an X server's frame buffer, compared, looked for colours.

Xvfb -fbdir keeps its frame buffer in a file in XWD format (X11/XWDFile.h): reading it disturbs
nobody and needs no client.
"""

import struct

from PIL import Image, ImageChops


def read(path):
    """The picture on the Xvfb whose frame buffer is the file."""
    with open(path, "rb") as file:
        data = file.read()
    header = struct.unpack(">25I", data[:100])
    header_size, width, height = header[0], header[4], header[5]
    bits, stride, colours = header[11], header[12], header[19]
    if header[1] != 7 or bits != 32:
        raise ValueError(f"{path} is not a 32 bit XWD picture")
    start = header_size + 12 * colours
    order = "BGRX" if header[7] == 0 else "XRGB"
    return Image.frombytes("RGB", (width, height), data[start:start + stride * height], "raw", order, stride)


def _largest_difference(first, second):
    """For each pixel the largest difference of its three channels, as a grey picture."""
    red, green, blue = ImageChops.difference(first, second).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def equal_share(first, second, tolerance):
    """Share of pixels (0 to 1) none of whose channels differs by more than the tolerance."""
    if first.size != second.size:
        return 0.0
    counts = _largest_difference(first, second).histogram()
    return sum(counts[:tolerance + 1]) / (first.width * first.height)


def is_still(first, second):
    """Whether two pictures are the same but for a blinking cursor or a clock."""
    return first.size == second.size and equal_share(first, second, 0) > 0.999


def count_colour(picture, colour, tolerance=2):
    """How many pixels have the colour (r, g, b)."""
    plain = Image.new("RGB", picture.size, colour)
    return sum(_largest_difference(picture, plain).histogram()[:tolerance + 1])


def foreign_colours(picture, own, least=0.002, distance=12):
    """Colours that cover at least that share of the picture and do not occur in any of the pictures
    in own: what gives the picture away when it shows where it should not."""
    counts = picture.getcolors(picture.width * picture.height)
    frequent = [c for n, c in counts if n >= least * picture.width * picture.height]
    return [c for c in frequent if all(count_colour(o, c, distance) == 0 for o in own)]
