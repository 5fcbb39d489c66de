"""PDFs made on the spot: small ones, and those that mean no good."""

import io
import zlib
from pathlib import Path

from pypdf import PdfReader, PdfWriter

MADE = Path(__file__).parents[2] / "payloads" / "pdf"
SOMETHING = "Ada Muster, ada@lab.example.org, says something here."
HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
IMAGE = (
    b"<</Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8"
    b"/Length 4>>stream\n\x00\xff\xff\x00\nendstream"
)


def made(name: str) -> bytes:
    """A paper made with LaTeX, from the .tex beside it."""
    return (MADE / f"{name}.pdf").read_bytes()


def stream(content: bytes, words: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (words, len(content), content)


def pdf(objects: list[bytes], root: int = 1) -> bytes:
    """A file of these objects, numbered from 1."""
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.5\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root %d 0 R>>\n" % (len(objects) + 1, root))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def pages(*contents: bytes) -> bytes:
    """A file with a page for each content stream; an object of its own, `<<…>>stream`, stays."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        HELVETICA,
        IMAGE,
    ]
    for i, content in enumerate(contents):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>>>" % (6 + 2 * i),
            content if content.startswith(b"<<") else stream(content),
        ]
    return pdf(objects)


def lines(*texts: str) -> bytes:
    """A content stream with a line of text for each."""
    shown = b"".join(
        b"(%s) Tj T* " % text.encode("cp1252").replace(b"(", rb"\(").replace(b")", rb"\)")
        for text in texts
    )
    return b"BT /F 12 Tf 14 TL 72 770 Td " + shown + b"ET"


def paper(*texts: str) -> bytes:
    """A file of one page with these lines."""
    return pages(lines(*texts))


def scan() -> bytes:
    """Two pages that are pictures."""
    return pages(*[b"q 595 0 0 842 0 0 cm /I Do Q"] * 2)


def locked(data: bytes, *, password: str) -> bytes:
    """`data` encrypted with RC4, as old files are."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_by_aes() -> bytes:
    """A file that says it is encrypted with AES."""
    encrypt = (
        b"<</Filter/Standard/V 5/R 6/Length 256/P -4/O<%s>/U<%s>/OE<%s>/UE<%s>/Perms<%s>"
        b"/CF<</StdCF<</AuthEvent/DocOpen/CFM/AESV3/Length 32>>>>/StmF/StdCF/StrF/StdCF>>"
    ) % (b"00" * 48, b"00" * 48, b"00" * 32, b"00" * 32, b"00" * 16)
    plain = paper(SOMETHING)
    return plain.replace(b"/Root 1 0 R", b"/ID[<00><00>]/Encrypt %s/Root 1 0 R" % encrypt)


# --- files that mean no good -------------------------------------------------------------------


def bomb() -> bytes:
    """A page of 64 kB that unpacks to 64 MB of operators, each of them a text."""
    packed = zlib.compress(b"BT (aaaaaaaa) Tj ET\n" * (64 * 1024 * 1024 // 20), 9)
    return pages(stream(packed, b"/Filter/FlateDecode"))


def bomb_in_a_bomb() -> bytes:
    """A page that unpacks to what unpacks to 256 MB."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b" " * 2**20) for _ in range(256)) + packer.flush()
    return pages(stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]"))


def endless_tree() -> bytes:
    """Pages that hold themselves."""
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"])


def endless_tables() -> bytes:
    """A cross-reference table that goes on in itself."""
    plain = paper(SOMETHING)
    start = int(plain.split(b"startxref\n")[1].split()[0])
    return plain.replace(b"/Root", b"/Prev %d/Root" % start)


def deep() -> bytes:
    """Arrays in arrays in arrays."""
    return pages(b"[" * 200_000)


def many_pages() -> bytes:
    """A file that says it has a milliard of pages."""
    return paper(SOMETHING).replace(b"/Count 1", b"/Count 1000000000")


HOSTILE = {
    "a bomb": bomb,
    "a bomb in a bomb": bomb_in_a_bomb,
    "pages that hold themselves": endless_tree,
    "arrays without an end": deep,
    "nothing but a head": lambda: b"%PDF-1.7\n",
    "a head and zeros": lambda: b"%PDF-1.7\n" + b"\0" * 1_000_000,
    "a head and opening brackets": lambda: b"%PDF-1.7\n1 0 obj " + b"<<" * 500_000,
}
