"""A generator for kopt in Python's standard library: the mean of a class plus a random mixture of what sets its films apart."""
import json, os, random, struct, sys, zlib

job = json.load(sys.stdin)
width, height, channels = job["width"], job["height"], job["channels"]
draw = random.Random(job["seed"])
mixed = 8

def read_png(file):
    with open(file, "rb") as opened:
        data = opened.read()
    at, packed = 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at:at + 4])
        if data[at + 4:at + 8] == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += 12 + length
    row = width * channels + 1  # no filter on the rows of the films: each is a zero and its values
    rows = zlib.decompress(packed)
    return [value for y in range(height) for value in rows[y * row + 1:(y + 1) * row]]

def write_png(file, values):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    row = width * channels
    rows = b"".join(b"\0" + bytes(values[y * row:(y + 1) * row]) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    with open(file, "wb") as opened:
        opened.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))

for group in job["classes"]:
    films = [read_png(os.path.join(group["films"], name)) for name in sorted(os.listdir(group["films"]))]
    mean = [sum(values) / len(films) for values in zip(*films)]
    for i in range(1, group["wanted"] + 1):
        parts = [(draw.choice(films), draw.gauss(0, 1) / mixed ** 0.5) for _ in range(mixed)]
        values = [sum((weight * (film[p] - m) for film, weight in parts), m) for p, m in enumerate(mean)]
        write_png(os.path.join(group["images"], f"{i:06}.png"), [min(255, max(0, round(value))) for value in values])
    print(f"{group['name']}: {group['wanted']} images from {len(films)} films", flush=True)
