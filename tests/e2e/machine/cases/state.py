# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the terminal at the log-in page, read from inside: one table of what must be so."""

import re

from suite import case

# What is to be read, in words of busybox; how it is judged; the judge returns what is wrong, or nothing.
OWN = "/run/machinetest"  # the agent's drive


def mounts(text):
    """[(source, place, type, options)] without the agent's."""
    lines = [line.split() for line in text.splitlines()]
    return [(source, place, kind, set(options.split(","))) for source, place, kind, options, *_ in lines
            if not place.startswith(OWN)]


def loose_mounts(text):
    """Whatever can be written to gives no program, no device and no right."""
    return [f"{place} {' '.join(sorted(options))}" for _, place, kind, options in mounts(text)
            if "rw" in options and not {"noexec", "nosuid", "nodev"} <= options
            # These hold no files of anybody's. /dev has device nodes and nothing else.
            and not (kind == "devtmpfs" and {"noexec", "nosuid"} <= options)
            and not (kind == "devpts" and {"noexec", "nosuid"} <= options)]


def writable_root(text):
    root = [options for _, place, _, options in mounts(text) if place == "/"]
    return [] if root and all("ro" in options for options in root) else [str(root)]


def foreign_types(text):
    """The root, the log's partition, and memory."""
    allowed = {"erofs", "ext4", "tmpfs", "ramfs", "devtmpfs", "devpts", "proc", "sysfs", "cgroup2", "securityfs", "bpf",
               "tracefs", "debugfs", "configfs", "efivarfs", "mqueue", "hugetlbfs", "fusectl", "autofs", "pstore",
               "rootfs", "overlay"}
    return [f"{place} {kind}" for _, place, kind, _ in mounts(text) if kind not in allowed]


def every_line(text):
    """There must be no line."""
    return text.split("\n")[:10] if text.strip() else []


def listening(text):
    """Lines of /proc/net: state 0A of TCP listens; UDP and raw sockets count as well, unless they are connected (01) and
    hear one machine alone, as chronyd's."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if len(words) > 4 and words[1] != "local_address" and (words[4] == "0A" or words[0] != "tcp" and words[4] != "01"):
            found.append(line)
    return found


def shells(text):
    names = re.compile(r"/(a?getty|sulogin|login|bash|dash|sh|busybox|python\S*|perl|sshd|dbus-daemon|Xwayland)$")
    return [line for line in text.splitlines() if names.search(line)]


def foreign_users(text):
    """Who runs what: (uid, path) lines of processes; ids of the image's own users."""
    processes, _, passwd = text.partition("----")
    users = {line.split(":")[2]: line.split(":")[0] for line in passwd.strip().splitlines()}
    owners = {"cage": {"kiosk"}, "kiosk-shell": {"kiosk"}, "kioskd": {"root"}, "seatd": {"root"},
              "kiosk-rdp": {"kiosk-rdp"}, "kiosk-connect": {"kiosk-connect"}, "kiosk-keyboard": {"kiosk-keyboard"}, "kiosk-sensor-lid": {"kiosk-sensor"},
              "kiosk-receipts": {"kiosk-receipts"},
              "kiosk-auth": {"root"},
              "systemd-networkd": {"systemd-network"}, "chronyd": {"_chrony"}, "rsyslogd": {"kiosk-log"}}
    wrong = []
    for line in processes.strip().splitlines():
        _, _, uid, _, _, path = line.split(None, 5)
        program = path.rsplit("/", 1)[1]
        if program in owners and users.get(uid) not in owners[program]:
            wrong.append(f"{program} runs as {users.get(uid)}")
    return wrong


def equals(wanted):
    return lambda text: [] if text.strip() == wanted else [text.strip()]


def contains(wanted):
    return lambda text: [] if wanted in text else [text.strip()]


def at_least(wanted):
    return lambda text: [] if text.strip().isdigit() and int(text) >= wanted else [text.strip()]


def sysctl(name):
    return f"cat /proc/sys/{name.replace('.', '/')}"


PASSWD = "; echo ----; cat /etc/passwd"

TABLE = [
    ("every writable mount is noexec, nosuid and nodev", "cat /proc/mounts", loose_mounts),
    ("so it is in the daemon's own view", "cat /proc/$($tools/processes kioskd)/mounts", loose_mounts),
    ("the root is read-only", "cat /proc/mounts", writable_root),
    ("nothing else is mounted", "cat /proc/mounts", foreign_types),
    ("no swap", "tail -n +2 /proc/swaps", every_line),
    ("no file gives rights to who starts it", "find / -xdev -type f '(' -perm -4000 -o -perm -2000 ')'", every_line),
    ("no file of the root can be written by others", "find / -xdev -type f -perm -0002", every_line),
    ("no device node in the root", "find / -xdev '(' -type b -o -type c ')'", every_line),
    ("nobody listens on the network",
     "for kind in tcp tcp6 udp udp6 raw raw6; do sed \"s/^/$kind /\" /proc/net/$kind 2>/dev/null; done | "
     "awk '$3 != \"local_address\" { sub(/6$/, \"\", $1); print $1, $2, $3, $4, $5 }'", listening),
    ("no shell, no console log-in runs", "$tools/processes", shells),
    ("no shell and no interpreter is there",
     "ls -d /bin/sh /bin/bash /bin/dash /bin/busybox /usr/bin/python* /usr/bin/perl /usr/bin/awk /usr/bin/mawk "
     "/usr/bin/gdbus /usr/bin/Xwayland /sbin/agetty /sbin/sulogin 2>/dev/null", every_line),
    ("each program runs as its own user", "$tools/processes" + PASSWD, foreign_users),
    ("SysRq is off", sysctl("kernel.sysrq"), equals("0")),
    ("Ctrl+Alt+Delete goes to nobody who restarts", sysctl("kernel.ctrl-alt-del"), equals("0")),
    ("no kernel module can be loaded", sysctl("kernel.modules_disabled"), equals("1")),
    ("no other kernel can be started", sysctl("kernel.kexec_load_disabled"), equals("1")),
    ("the kernel's messages are for root", sysctl("kernel.dmesg_restrict"), equals("1")),
    ("kernel addresses are hidden", sysctl("kernel.kptr_restrict"), equals("2")),
    ("no process looks into another", sysctl("kernel.yama.ptrace_scope"), at_least(2)),
    ("no BPF for users", sysctl("kernel.unprivileged_bpf_disabled"), at_least(1)),
    ("no performance counters for users", sysctl("kernel.perf_event_paranoid"), at_least(2)),
    ("no user namespaces for users",
     "cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null || cat /proc/sys/user/max_user_namespaces", equals("0")),
    ("no io_uring", sysctl("kernel.io_uring_disabled"), equals("2")),
    ("nobody is handed a memory image of a dead program", sysctl("kernel.core_pattern"),
     lambda text: [] if text.strip() in ("", "|/bin/false", "|/usr/bin/false", "|/nonexistent", "/dev/null") else [text]),
    ("links of others are not followed", sysctl("fs.protected_symlinks"), equals("1")),
    ("no memory image of programs with rights", sysctl("fs.suid_dumpable"), equals("0")),
    ("nothing is forwarded", sysctl("net.ipv4.ip_forward"), equals("0")),
    ("redirects are not believed", sysctl("net.ipv4.conf.all.accept_redirects"), equals("0")),
    ("no IPv6 address",
     "cat /proc/net/if_inet6 2>/dev/null | grep -v ' lo$'", every_line),
    ("the kernel is locked down", "cat /sys/kernel/security/lockdown", lambda text: [] if "[none]" not in text and text.strip()
     else [text]),
    # Bit 12: a module from outside the kernel's own tree, 13: unsigned; 0 is a kernel with nothing strange.
    ("the kernel is not tainted", sysctl("kernel.tainted"), equals("0")),
    ("the firewall refuses what it does not know",
     "cat /sys/fs/cgroup/system.slice/kiosk-firewall.service/cgroup.procs 2>/dev/null; ls /sys/module/nf_tables", contains("refcnt")),
    ("every unit of the terminal has done its work",
     "$tools/systemctl --no-legend --plain list-units --state=failed,activating,deactivating 'kiosk*' 'maintenance*' 2>&1",
     every_line),
    ("and no other has failed", "$tools/systemctl --no-legend --plain --failed 2>&1", every_line),
    ("all is up", "$tools/systemctl is-active maintenance-kiosk.target kioskd.service kiosk-session.service "
     "kiosk-firewall.service 2>&1 | sort -u", equals("active")),
    ("USB devices are refused by default", "cat /sys/bus/usb/devices/usb*/authorized_default | sort -u", equals("0")),
    ("and so are their interfaces", "cat /sys/bus/usb/devices/usb*/interface_authorized_default | sort -u", equals("0")),
    ("the driver says the same", "cat /sys/module/usbcore/parameters/authorized_default", equals("0")),
    ("the machine's own hubs work", "for hub in /sys/bus/usb/devices/*-0:1.0; do basename $(readlink $hub/driver); done | sort -u",
     equals("hub")),
    ("a disk that is plugged in gets no driver", "cat /sys/bus/scsi/drivers_autoprobe /sys/bus/virtio/drivers_autoprobe "
     "| sort -u", equals("0")),
    ("no driver for devices that a terminal has not",
     "ls -d /sys/module/usb_storage /sys/module/uas /sys/module/snd /sys/module/videodev /sys/module/bluetooth /sys/module/cfg80211 "
     "/sys/module/thunderbolt /sys/module/firewire_core /sys/module/mmc_core /sys/module/usbserial /sys/module/uinput 2>/dev/null",
     every_line),
    ("serial lines are nobody's", "stat -c '%a %n' /dev/ttyS0", equals("0 /dev/ttyS0")),
    ("USB came after the initrd", "cat /run/machinetest-initrd-modules", lambda text: [text] if "usbcore" in text else []),
    ("no log-in of root", "awk -F: '$2 !~ /^[!*]/ && $1 == \"root\"' /etc/shadow", every_line),
    ("nobody has a shell", "awk -F: '$7 !~ /nologin$|false$/ { print $1, $7 }' /etc/passwd", every_line),
    ("the audit log is root's alone", "stat -c '%a %u %n' /var/log/maintenance-kiosk", contains("700 0 ")),
    # A file with chattr(1)'s flag a is opened for nothing but adding, by root neither. Without it, this opens the file and leaves it as it is.
    ("what it holds is only added to", "(exec 3<>/var/log/maintenance-kiosk/audit.log) 2>&1", contains("not permitted")),
]


@case(core=True)
def state(stand):
    for what, script, judge in TABLE:
        wrong = judge(stand.agent.run(script))
        stand.check(what, not wrong, "; ".join(wrong[:6]))
