"""Files as somebody may send them who means no good, or knows no better; all made up here.

Each has the name it is sent under, its bytes, and what becomes of it: the media type under which it
is taken, or the beginning of a sentence with which it is refused.
"""

import gzip
import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    name: str
    content: bytes
    becomes: str  # a media type, or words of the sentence that refuses it
    browser_says: str = "text/plain"

    @property
    def taken(self) -> bool:
        return "/" in self.becomes


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 1, height: int = 1, pixels: bytes = b"\0\0\0\0") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(pixels, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xda\0\0\x12\x34\xff\xd9"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PDF_JS = PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
SCRIPT = b"<script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def notebook(**output: object) -> bytes:
    return json.dumps(
        {
            "nbformat": 4, "nbformat_minor": 5, "metadata": {},
            "cells": [
                {"cell_type": "markdown", "source": ["# Runs\n", SCRIPT.decode()]},
                {"cell_type": "code", "source": "print(1)", "outputs": [output]},
            ],
        }
    ).encode()  # fmt: skip


SCRIPTED = notebook(
    output_type="display_data",
    data={
        "text/html": SCRIPT.decode(), "application/javascript": "alert(1)",
        "image/svg+xml": SVG.decode(), "image/png": "iVBORw0KGgo=", "text/plain": "<Figure>",
    },
)  # fmt: skip
TEXT, NOTEBOOK = "text/plain", "application/x-ipynb+json"

FILES = {
    # polyglots and lies
    "GIF that is a page": Sent("cat.gif", b"GIF89a/*" + SCRIPT + b"*/=1;", "This kind of image"),
    "GIF named as text": Sent("cat.txt", b"GIF89a\1\0\1\0\0\0\0" + SCRIPT, "This kind of image"),
    "PNG with a page behind it": Sent("plot.png", png() + SCRIPT, "The PNG image has something"),
    "PNG cut off": Sent("plot.png", png()[:-6], "The PNG image is not whole"),
    "PNG named as text": Sent("log.txt", png(), "Its name says text, its content is PNG image"),
    "text named as PNG": Sent("plot.png", b"loss 0.1\n", "Its name says PNG image", "image/png"),
    "decompression bomb": Sent("b.png", png(60_000, 60_000, b"\0" * 5_000_000), "image/png"),
    "JPEG with a page behind it": Sent("a.jpg", JPEG + SCRIPT, "The JPEG image is not whole"),
    "JPEG": Sent("photo.jpeg", JPEG, "image/jpeg", "text/html"),
    "PDF with a script": Sent("paper.pdf", PDF_JS, "application/pdf", "text/html"),
    "PDF behind a page": Sent("paper.pdf", SCRIPT + PDF, "Web pages are not taken"),
    "PDF cut off": Sent("paper.pdf", PDF[:30], "The PDF is not whole"),
    # pages and vector images
    "SVG": Sent("plot.svg", SVG, "SVG images are not taken", "image/svg+xml"),
    "SVG named as text": Sent("plot.txt", b"<?xml version='1.0'?><!-- x -->\n" + SVG, "SVG images"),
    "SVG in UTF-16": Sent("plot.txt", SVG.decode().encode("utf-16"), "SVG images are not taken"),
    "page": Sent("index.html", b"<!DOCTYPE html><title>x</title>", "Web pages are not taken"),
    "page behind comments": Sent("a.log", b"<!---->" * 500 + b"<HtMl>", "Web pages are not taken"),
    "script in a log": Sent("run.log", b"epoch 1\n" + SCRIPT + b"\n", TEXT, "text/html"),
    # archives, Office files, programs
    "zip named as text": Sent("log.txt", zipped("log.txt"), "Archives are not taken"),
    "docx": Sent("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "Office files"),
    "gzip": Sent("log.gz", gzip.compress(b"x" * 100), "Archives are not taken"),
    "tar": Sent("a", b"a" * 257 + b"ustar\0" + b"0" * 300, "Archives are not taken"),
    "old Office file": Sent("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "Office"),
    "Windows program": Sent("setup.txt", b"MZ\x90\0\3\0\0\0", "Programs are not taken"),
    "Linux program": Sent("run", b"\x7fELF\2\1\1\0", "Programs are not taken"),
    "archive's name, text inside": Sent("a.zip", b"just words\n", "Archives are not taken"),
    # text and what looks like it
    "UTF-16 with its mark": Sent("log.txt", "größer 损失\n".encode("utf-16"), TEXT),
    "UTF-16 without its mark": Sent("log.txt", "loss 1\n".encode("utf-16-le"), "It is neither"),
    "Latin": Sent("notes.txt", "Größe über 3\n".encode("cp1252"), TEXT),
    "Chinese in GBK": Sent(
        "a.csv", "准确率，损失，轮次".encode("gbk"), "Its letters cannot be read"
    ),
    "NUL bytes": Sent("a.log", b"loss\0 0.1\n", "It is neither"),
    "noise": Sent("weights", bytes(range(256)) * 4, "It is neither"),
    "nothing": Sent("empty.txt", b"", "It is empty"),
    "spaces": Sent("blank.txt", b" \n\t\n", "There is nothing in it"),
    "colours and backspaces": Sent("c.log", b"\x1b[31mred\x1b[0m\x08\r\n", TEXT),
    "deep JSON": Sent("d.json", b'{"cells":"nbformat' + b"[" * 90_000, TEXT),
    # notebooks
    "notebook with scripts": Sent("run.ipynb", SCRIPTED, NOTEBOOK, "text/html"),
    "no notebook": Sent("run.ipynb", b'{"cells": 1, "nbformat": 4}', "It is no notebook"),
    # names
    "path": Sent("../../etc/passwd", b"root:x:0:0\n", TEXT),
    "header": Sent('a"\r\nSet-Cookie: x=1;.txt', b"words\n", TEXT),
    "right to left": Sent("gnp.\u202etxt.exe", b"words\n", "Programs are not taken"),
    "turned around": Sent("\u202egnp.txt", b"words\n", TEXT),
    "very long": Sent("n" * 296 + ".txt", b"words\n", TEXT),
    "hidden": Sent(".htaccess", b"AddType text/html .txt\n", TEXT),
    "Chinese": Sent("训练日志 第三次.log", "损失 0.1\n".encode(), TEXT),
    "reserved letters": Sent("a%00b?c#d;e:f|g<h>.txt", b"words\n", TEXT),
}
