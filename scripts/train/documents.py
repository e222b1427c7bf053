"""Benign passages from the unpacked Debian and npm packages: prose, manuals, source code, logs, other languages.

A passage is what a tool might return: some paragraphs or lines, at most LONGEST bytes. Every source has a family, by
which evaluation leaves it out.
"""
import gzip
import html
import pathlib
import re

LONGEST = 6000
PER_PACKAGE = 260  # passages; the Go sources alone would drown the rest

_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.S | re.I)
_ROFF = re.compile(r"^[.'](?:\\\"|\w+)|\\f[BIRP]|\\[&\-|]|\\\(..", re.M)
_LANGUAGE = re.compile(r"-(cs|da|de|el|es|fi|fr|hu|id|it|ja|ko|nl|pl|pt|pt-br|ro|ru|sr|sv|tr|uk|vi|zh|zh-cn|zh-tw|bg|br)$")
_CODE = {"golang-1.19-src", "libpython3.11-stdlib", "perl-modules-5.36", "libjs-jquery"}
_SECURITY = {"harden-doc", "fail2ban", "logcheck-database", "aide-common"}
_SUFFIXES = {"", ".html", ".htm", ".txt", ".md", ".rst", ".py", ".go", ".pm", ".pl", ".js", ".ts", ".gz", ".conf", ".rules", ".local",
             *(f".{n}" for n in range(1, 9)), ".mjs", ".json"}


def family(kind, package):
    if kind == "npm":
        return "npm"
    if _LANGUAGE.search(package):
        return "debian-languages"
    if package in _CODE:
        return "debian-code"
    return "debian-security" if package in _SECURITY else "debian-docs"


def _read(path):
    data = path.read_bytes()[:400_000]
    if path.suffix == ".gz":
        try:
            data = gzip.decompress(path.read_bytes())[:400_000]
        except (OSError, EOFError):
            return ""
    if b"\0" in data[:4000]:
        return ""
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") > 20:
        return ""
    name = path.name.removesuffix(".gz")
    if re.search(r"\.x?html?(\.\w+)*$", name):
        text = html.unescape(_TAGS.sub(" ", text))
    elif re.search(r"\.\d\w*$", name):
        text = _ROFF.sub("", text)
    return re.sub(r"[ \t]{2,}", "  ", re.sub(r"(\s*\n){3,}", "\n\n", text)).strip()


def passages(cache, rng):
    """Yields (family, source, text), in an order fixed by `rng` and the packages' contents."""
    for kind in ("debian", "npm"):
        for folder in sorted((pathlib.Path(cache) / kind).iterdir()):
            package = folder.name.replace("__", "/")
            files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink() and p.name != ".version"
                           and p.suffix in _SUFFIXES and "/doc-base/" not in str(p) and "changelog" not in p.name.lower())
            if kind == "npm":  # the README is worth most; sources second
                files.sort(key=lambda p: (p.suffix != ".md", str(p)))
                files = files[:6]
                most = 8
            else:
                rng.shuffle(files)
                most = PER_PACKAGE if family(kind, package) != "debian-languages" else 60
            made = 0
            for path in files:
                if made >= most:
                    break
                text = _read(path)
                if len(text) < 60:
                    continue
                # Fortune files part their sayings with a percent sign.
                pieces = [p.strip() for p in text.split("\n%\n")] if "fortunes" in package else None
                for _ in range(4 if pieces is None else 40):
                    if pieces is None:
                        size = int(min(LONGEST, 150 * 2.718 ** rng.uniform(0, 3.7)))
                        at = rng.randrange(max(1, len(text) - size))
                        at = text.rfind("\n", 0, at + 1) + 1
                        piece = text[at:at + size]
                    else:
                        piece = rng.choice(pieces)
                    if len(piece) >= 40:
                        made += 1
                        yield family(kind, package), f"{kind}:{package}", piece
                    if len(text) < 2 * LONGEST and pieces is None and rng.random() < 0.5:
                        break
