#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""House rules that a compiler does not know. Reads only files that git knows or would take up; prints TAP."""

import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MAX_LINES = 500  # of a C file; the aim is 450

# Who may include whose headers: base <- model <- log, network, devices, ipc <- programs.
PROGRAMS = ("daemon", "connect", "auth", "rdp", "shell", "ctl", "uevents", "keyboard", "receipts", "review")
LAYERS = {"base": ("base",), "model": ("base", "model"), "ipc": ("base", "model", "ipc"),
          "log": ("base", "model", "log"), "network": ("base", "model", "network"), "devices": ("base", "model", "devices")}
LAYERS.update({p: ("base", "model", "ipc", p) for p in PROGRAMS})
LAYERS.update({p: ("base", "model", "log", "network", "devices", "ipc", p) for p in ("daemon", "ctl")})
LAYERS["review"] = ("base", "model", "log", "ipc", "review")
LAYERS["ctl"] += ("review",)  # the index and its reports

# Libraries that only one part may touch: a fault in them stays in a process without the rights of the others.
ONLY = [
    (r"(gtk|gdk|gsk|adwaita|wayland)\b", ("shell", "review")),
    (r"(freerdp|winpr)/", ("rdp",)),
    (r"security/", ("auth",)),
    (r"nftables\b", ("network",)),
    (r"(libmnl|libudev)\b", ("daemon",)),
    (r"(seccomp|linux/seccomp|linux/landlock)\b", ("rdp", "auth", "connect", "keyboard", "daemon")),
    (r"libevdev/", ("keyboard",)),
    (r"openssl/", ("rdp", "receipts")),
    (r"(gio|gdbus)/", ("ipc", "log", "daemon", "shell", "ctl", "review")),
]
# model is pure: what would let it touch the world.
IMPURE = r"\b(fopen|open|openat|read|write|socket|fork|g_file_[a-z_]+|g_spawn_[a-z_]+|g_get_real_time|" \
         r"g_get_monotonic_time|time|clock_gettime|g_message|g_warning|g_critical|g_info|g_debug|printf|g_print)\s*\("

FORBIDDEN = [
    (r"\b(TODO|FIXME|XXX)\b", "unfinished"),
    # In the builder tree the sources lie at this place by design.
    (r"(?<![\w$}])" + re.escape(ROOT) + r"/" if ROOT != "/srv/kiosk" else r"(?!)", "path of one machine"),
    (r"\bhttps?://[a-z0-9.-]*mirror", "address of a mirror"),
]

n_checks = 0
n_failed = 0


def check(name, problems):
    global n_checks, n_failed
    n_checks += 1
    n_failed += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {n_checks} {name}", flush=True)
    for problem in problems:
        print(f"  # {problem}")


def list_files():
    """Tracked and new files; in a tree without git everything but build folders."""
    names = []
    if shutil.which("git"):
        names = subprocess.run(["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-co", "--exclude-standard"],
                               capture_output=True, text=True).stdout.splitlines()
    if not names:
        for folder, subfolders, files in os.walk(ROOT):
            subfolders[:] = [s for s in subfolders if not s.startswith(("build", ".git", "__"))]
            names += [os.path.relpath(os.path.join(folder, f), ROOT) for f in files]
    return sorted(n for n in names if os.path.isfile(os.path.join(ROOT, n)))


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def part_of(name):
    """The layer or program that a C file belongs to, or None (tests)."""
    match = re.match(r"(?:include/)?kiosk/([a-z]+)/", name)
    return match.group(1) if match and match.group(1) in LAYERS else None


def strip_comments(text):
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', lambda m: "\n" * m.group().count("\n"), text, flags=re.S)


def includes(text):
    """(line, angle or quote, header)"""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)', line)
        if match:
            yield number, match.group(1), match.group(2)


def check_layers(sources):
    layers, libraries = [], []
    for name in sources:
        part = part_of(name)
        for number, kind, header in includes(read(name)):
            if part is None:
                continue
            if kind == '"':
                match = re.match(r"(?:kiosk/)?([a-z]+)/", header)
                if header.startswith("kiosk/") and match.group(1) not in LAYERS[part]:
                    layers.append(f"{name}:{number}: {part} may not include {header}")
                elif ".." in header.split("/"):
                    layers.append(f"{name}:{number}: leaves its folder: {header}")
            for pattern, parts in ONLY:
                if re.match(pattern, header) and kind == "<" and part not in parts:
                    libraries.append(f"{name}:{number}: {header} belongs to {', '.join(parts)} alone")
    check("layers: base <- model <- ipc <- programs", layers)
    check("libraries: GTK, FreeRDP, PAM, nftables each in one part", libraries)


def check_model(sources):
    problems = []
    for name in sources:
        if part_of(name) == "model":
            for number, line in enumerate(strip_comments(read(name)).splitlines(), 1):
                match = re.search(IMPURE, line)
                if match:
                    problems.append(f"{name}:{number}: {match.group(1)} in the pure layer")
    check("model is pure", problems)


def check_heads(sources, scripts):
    problems = []
    for name in sources + scripts:
        lines = read(name).splitlines()[:2]
        if not any("SPDX-License-Identifier: GPL-3.0-or-later" in line for line in lines):
            problems.append(f"{name}: no SPDX line at the top")
    for name in sources:
        part = part_of(name)
        text = read(name)
        if (part and name.endswith(".c") and re.search(r"\bg_(message|warning|critical|info|debug|error) \(", text)
                and not re.search(rf'#define G_LOG_DOMAIN "kiosk(-{part}|d)"', text)):
            problems.append(f"{name}: G_LOG_DOMAIN is not kiosk-{part}")
    check("licence and log domain stand at the top of each file", problems)


def check_words(files):
    problems = []
    for name in files:
        if name.startswith("tests/lint/") or name.endswith((".png", "LICENSE")) or "/corpus/" in name:
            continue
        for number, line in enumerate(read(name).splitlines(), 1):
            for pattern, why in FORBIDDEN:
                if re.search(pattern, line):
                    problems.append(f"{name}:{number}: {why}: {line.strip()[:80]}")
            if name.endswith((".c", ".h")) and "\t" in line:
                problems.append(f"{name}:{number}: tab")
            if line != line.rstrip() and not name.endswith((".md", ".txt")) and "/data/" not in name:
                problems.append(f"{name}:{number}: blank at the end of the line")
    check("no unfinished work, no traces of one machine, no stray blanks", problems)


def check_sizes(sources):
    check(f"no C file of the product has more than {MAX_LINES} lines",
          [f"{n}: {c} lines" for n in sources if part_of(n) and (c := len(read(n).splitlines())) > MAX_LINES])


def check_scripts(files):
    problems = []
    for name in files:
        path = os.path.join(ROOT, name)
        if name.endswith(".sh") or name == ".ci/run":
            done = subprocess.run(["bash", "-n", path], capture_output=True, text=True)
            problems += done.stderr.splitlines()
            if not os.access(path, os.X_OK):
                if read(name).startswith("#!"):
                    problems.append(f"{name}: not executable")
        elif name.endswith(".py"):
            try:
                compile(read(name), name, "exec")
            except SyntaxError as error:
                problems.append(f"{name}: {error}")
    check("scripts parse and can be started", problems)


def check_packages():
    problems = []
    for number, line in enumerate(read("kiosk/demo/packages.txt").splitlines(), 1):
        if line and not line.startswith("#") and not re.fullmatch(r"[a-z0-9][a-z0-9.+-]+ +# \S.*", line):
            problems.append(f"packages.txt:{number}: needs a name and a reason: {line}")
    check("each package has its reason", problems)


FORMATTER = 14  # major version; each lays some things out differently, so one has to be the measure


def check_format(sources):
    """The layout does not depend on the machine: judged where the measure is to be had, on Debian 12."""
    version = re.search(r"version (\d+)",
                        subprocess.run(["clang-format", "--version"], capture_output=True, text=True).stdout)
    if version and int(version[1]) != FORMATTER:
        print(f"# layout not judged: clang-format {version[1]} is here, {FORMATTER} is the measure")
        return
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", "--ferror-limit=1", *sources],
                          capture_output=True, text=True, cwd=ROOT)
    problems = [line for line in done.stderr.splitlines() if "error:" in line]
    check("sources are laid out as .clang-format says", problems or done.stderr.splitlines()[:5] if done.returncode else [])


def main():
    files = list_files()
    sources = [f for f in files if f.endswith((".c", ".h"))]
    scripts = [f for f in files if f.endswith((".sh", ".py"))]
    check_layers(sources)
    check_model(sources)
    check_heads(sources, scripts)
    check_words(files)
    check_sizes(sources)
    check_scripts(files)
    check_packages()
    check_format(sources)
    print(f"1..{n_checks}")
    return 1 if n_failed else 0


sys.exit(main())
