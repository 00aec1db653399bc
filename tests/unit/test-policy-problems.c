/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/policy.h"

#include <string.h>

/* Everything that must not become a policy. Each row changes one thing in a good policy and names the
 * line and a piece of the reason; unless it says otherwise, that is the only problem then. */

#define PIN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PIN2 "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char good[] = "[policy]\n"
                           "format=1\n"
                           "\n"
                           "[terminal]\n"
                           "id=kita-01\n"
                           "site[ja]=北庁舎\n"
                           "site[en]=North Building\n"
                           "phone=1234\n"
                           "language=ja\n"
                           "keyboard=jp\n"
                           "watermark=true\n"
                           "\n"
                           "[lock]\n"
                           "idle=300\n"
                           "logoff=1800\n"
                           "warning=30\n"
                           "\n"
                           "[log]\n"
                           "directory=/var/log/kiosk\n"
                           "\n"
                           "[devices]\n"
                           "default=deny\n"
                           "\n"
                           "[person tanaka]\n"
                           "name[ja]=田中\n"
                           "name[en]=Tanaka\n"
                           "\n"
                           "[role engineer]\n"
                           "persons=tanaka\n"
                           "\n"
                           "[group juki]\n"
                           "persons=tanaka\n"
                           "\n"
                           "[server db]\n"
                           "label[ja]=住民記録\n"
                           "label[en]=Residents\n"
                           "purpose[ja]=保守\n"
                           "purpose[en]=Maintenance\n"
                           "address=192.0.2.10\n"
                           "port=3389\n"
                           "security=nla\n"
                           "certificate-sha256=" PIN "\n"
                           "groups=juki\n"
                           "hours=Mon-Fri 08:00-20:00\n"
                           "ticket=required\n"
                           "credentials=ask\n"
                           "user=admin\n"
                           "domain=KITA\n";

typedef struct {
  const char *name;
  const char *from; /* replaced in the good policy; "" puts the text in front, NULL at the end */
  const char *to;
  const char *at;     /* the line with the problem begins so; NULL: line 0 */
  guint nth;          /* how many such lines come before it */
  const char *reason; /* piece of the English reason */
  guint more;         /* problems that follow from it */
} Bad;

/* A row a line. */
/* clang-format off */
static const Bad bads[] = {
  /* shape of the file */
  { "empty", good, "", NULL, 0, "section [policy] is missing", 1 },
  { "bom", "", "\xef\xbb\xbf", "\xef\xbb\xbf[policy]", 0, "byte order mark", 2 },
  { "latin", "Tanaka\n", "T\xe4naka\n", "name[en]=", 0, "not valid UTF-8", 2 },
  { "carriage return", "port=3389\n", "port=3389\r\n", "port=", 0, "carriage return" },
  { "bidi", "Residents\n", "\xe2\x80\xaestnediseR\n", "label[en]=", 0, "U+202E", 1 },
  { "bidi comment", "[lock]\n", "# \xe2\x80\xaex\n[lock]\n", "# ", 0, "U+202E" },
  { "bell", "[lock]\n", "#\a\n[lock]\n", "#", 0, "U+0007" },
  { "indented", "port=3389", "  port=3389", "  port", 0, "begins with a blank" },
  { "no equals", "port=3389", "port 3389", "port 3389", 0, "neither a [section], nor key=value" },
  { "semicolon comment", "[lock]\n", "; note\n[lock]\n", "; note", 0, "neither a [section]" },
  { "key before section", "", "port=1\n", "port=1", 0, "before the first section" },
  { "section not closed", "[lock]", "[lock", "[lock", 0, "not closed" },
  { "section with text behind", "[lock]", "[lock] # x", "[lock]", 0, "not closed" },
  { "empty section name", "[lock]", "[]", "[]", 0, "not closed" },
  { "two blanks", "[server db]", "[server  db]", "[server  db]", 0, "not the name of a section" },
  { "capital ID", "[server db]", "[server DB]", "[server DB]", 0, "not the name of a section" },
  { "path as ID", "[server db]", "[server ../db]", "[server ../db]", 0, "not the name of a section" },
  { "doubled section", NULL, "[lock]\nidle=400\n", "[lock]", 1, "stands twice in this file, first on line 13" },
  { "doubled server", NULL, "[server db]\nport=1\n", "[server db]", 1, "stands twice" },
  { "doubled key", "port=3389\n", "port=3389\nport=3390\n", "port=3390", 0, "first on line 40" },
  { "doubled key, same value", "idle=300\n", "idle=300\nidle=300\n", "idle=300", 1, "stands twice" },
  { "key with blank", "port=3389", "po rt=3389", "po rt", 0, "is not a key" },
  { "key without name", "port=3389", "=3389", "=3389", 0, "is not a key" },
  { "capital key", "port=3389", "Port=3389", "Port", 0, "is not a key" },
  { "third language", "phone=1234", "site[fr]=Nord", "site[fr]", 0, "is not a key" },
  { "no value", "port=3389", "port=", "port=", 0, "has no value" },
  { "blank value", "port=3389", "port=   ", "port=", 0, "has no value" },
  { "bad escape", "user=admin", "user=KITA\\admin", "user=", 0, "backslash" },
  { "escaped line feed", "user=admin", "user=a\\nb", "user=", 0, "must be one line" },
  /* what exists */
  { "unknown section", NULL, "[network]\n", "[network]", 0, "unknown section [network]" },
  { "unknown key", "port=3389", "prot=3389", "prot=", 0, "unknown key “prot” in [server db]; known are: label" },
  { "lock cause that is never off", "idle=300", "keyboard=false", "keyboard=false", 0, "unknown key “keyboard” in [lock]" },
  { "lock cause half off", "idle=300", "token=sometimes", "token=sometimes", 0, "expected one of: true, false" },
  { "key of another section", "idle=300", "directory=/x", "directory=/x", 0, "unknown key “directory” in [lock]" },
  { "section without its name", "[group juki]", "[group]", "[group]", 0, "needs a name", 1 },
  { "name where there is none", NULL, "[log x]\n", "[log x]", 0, "has no name" },
  { "text without language", "label[en]=Residents\n", "label[en]=Residents\nlabel=R\n", "label=R", 0, "needs a language" },
  { "language without text", "port=3389", "port[ja]=3389", "port[ja]", 0, "has no language" },
  { "Japanese missing", "label[ja]=住民記録\n", "", "label[en]", 0, "lacks the key “label[ja]”" },
  { "English missing", "name[en]=Tanaka\n", "", "name[ja]", 0, "lacks the key “name[en]”" },
  { "both missing", "name[ja]=田中\nname[en]=Tanaka\n", "", "[person tanaka]", 0, "lacks the key “name[ja]”", 1 },
  { "half of an optional text", "phone=1234\n", "notice[en]=x\n", "notice[en]", 0, "lacks the key “notice[ja]”" },
  { "no terminal", "[terminal]\nid=kita-01\nsite[ja]=北庁舎\nsite[en]=North Building\nphone=1234\nlanguage=ja\nkeyboard=jp\nwatermark=true\n", "", NULL, 0, "section [terminal] is missing" },
  { "no format", "format=1\n", "", "[policy]", 0, "lacks the key “format”" },
  { "later format", "format=1", "format=2", "format=2", 0, "expected one of: 1" },
  { "no terminal id", "id=kita-01\n", "", "[terminal]", 0, "lacks the key “id”" },
  { "no address", "address=192.0.2.10\n", "", "[server db]", 0, "lacks the key “address”" },
  { "role without persons", "[role engineer]\npersons=tanaka\n", "[role engineer]\n", "[role engineer]", 0, "lacks the key “persons”", 1 },
  { "log without directory", "directory=/var/log/kiosk\n", "", "[log]", 0, "lacks the key “directory”" },
  /* plain values */
  { "terminal id with a blank", "id=kita-01", "id=kita 01", "id=", 0, "“id” is “kita 01”" },
  { "terminal id too long", "id=kita-01", "id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "id=", 0, "longer than 63" },
  { "language", "language=ja", "language=fr", "language=", 0, "expected one of: ja, en" },
  { "keyboard", "keyboard=jp", "keyboard=jis", "keyboard=", 0, "expected one of: jp, us" },
  { "watermark", "watermark=true", "watermark=yes", "watermark=", 0, "expected one of: true, false" },
  { "idle too short", "idle=300", "idle=29", "idle=", 0, "whole number from 30 to 3600" },
  { "idle too long", "idle=300", "idle=3601", "idle=", 0, "whole number from 30 to 3600" },
  { "idle signed", "idle=300", "idle=+300", "idle=", 0, "whole number" },
  { "idle with unit", "idle=300", "idle=300s", "idle=", 0, "whole number" },
  { "idle huge", "idle=300", "idle=18446744073709551916", "idle=", 0, "whole number" },
  { "logoff too short", "logoff=1800", "logoff=59", "logoff=", 0, "whole number from 60 to 86400" },
  { "warning too long", "warning=30", "warning=121", "warning=", 0, "whole number from 5 to 120" },
  { "warning not before idle", "idle=300\nlogoff=1800\nwarning=30", "idle=60\nlogoff=1800\nwarning=60", "warning=", 0, "must be shorter than “idle” (60 s)" },
  { "relative log", "directory=/var/log/kiosk", "directory=log", "directory=", 0, "absolute path" },
  { "log climbs", "directory=/var/log/kiosk", "directory=/var/log/../../root", "directory=", 0, "absolute path" },
  { "log is the root", "directory=/var/log/kiosk", "directory=/", "directory=", 0, "absolute path" },
  { "log with a final slash", "directory=/var/log/kiosk", "directory=/var/log/", "directory=", 0, "absolute path" },
  { "devices allowed", "default=deny", "default=allow", "default=", 0, "expected one of: deny" },
  /* devices; a keyboard stands for all */
  { "hub depth", "default=deny\n", "default=deny\nhub-depth=6\n", "hub-depth=", 0, "whole number from 0 to 5" },
  { "device without id", NULL, "[device a]\npurpose=pointer\n", "[device a]", 0, "lacks the key “id”" },
  { "device without purpose", NULL, "[device a]\nid=046d:c31c\n", "[device a]", 0, "lacks the key “purpose”" },
  { "keyboard on any port", NULL, "[device a]\nid=046d:c31c\npurpose=keyboard\n", "purpose=keyboard", 0, "lacks “port”" },
  { "purpose of devices", NULL, "[device a]\nid=046d:c31c\npurpose=storage\nport=1-1\n", "purpose=storage", 0, "expected one of: keyboard, pointer, token, hub" },
  { "rule of devices", NULL, "[device a]\nrule=permit\nid=046d:c31c\npurpose=pointer\n", "rule=", 0, "expected one of: allow, deny" },
  { "rest of devices", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\nrest=allow\n", "rest=", 0, "expected one of: refuse, off" },
  { "time of devices", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\nwhen=never\n", "when=", 0, "expected one of: always, unlocked, logged-out" },
  { "hub where none may be", "default=deny\n", "default=deny\nhub-depth=0\n[device a]\nid=05e3:0608\npurpose=hub\n", "purpose=hub", 0, "says hub-depth=0" },
  { "id without colon", NULL, "[device a]\nid=046dc31c\npurpose=pointer\n", "id=046d", 0, "expected vendor and product" },
  { "id too long", NULL, "[device a]\nid=046d:c31c0\npurpose=pointer\n", "id=046d", 0, "expected vendor and product" },
  { "id too short", NULL, "[device a]\nid=46d:c31c\npurpose=pointer\n", "id=46d", 0, "expected vendor and product" },
  { "id not hex", NULL, "[device a]\nid=046d:c31g\npurpose=pointer\n", "id=046d", 0, "expected vendor and product" },
  { "any product allowed", NULL, "[device a]\nid=046d:*\npurpose=pointer\n", "id=046d", 0, "expected vendor and product" },
  { "any vendor denied", NULL, "[device a]\nrule=deny\nid=*:c31c\n", "id=*", 0, "expected vendor and product" },
  { "port of devices", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\nport=usb1\n", "port=usb1", 0, "expected a port like" },
  { "port climbs", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\nport=../1\n", "port=../1", 0, "expected a port like" },
  { "port of too many hubs", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\nport=1-1.1.1.1.1.1.1\n", "port=1-1", 0, "expected a port like" },
  { "port with a pattern", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\nport=1-*\n", "port=1-*", 0, "expected a port like" },
  { "port twice", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\nport=1-1;1-1\n", "port=1-1", 0, "names “1-1” twice" },
  { "hole in the ports", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\nport=1-1;;1-2\n", "port=1-1", 0, "1 to 16 values" },
  { "digest too short", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\ndescriptors=abcd\n", "descriptors=", 0, "64 hex digits" },
  { "digest not hex", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\ndescriptors=g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", "descriptors=", 0, "64 hex digits" },
  { "interface of two parts", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\ninterfaces=03/01\n", "interfaces=", 0, "expected class/subclass/protocol" },
  { "interface of four parts", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\ninterfaces=03/01/02/00\n", "interfaces=", 0, "expected class/subclass/protocol" },
  { "interface of one digit", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\ninterfaces=3/1/2\n", "interfaces=", 0, "expected class/subclass/protocol" },
  { "interface with 0x", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\ninterfaces=0x03/01/02\n", "interfaces=", 0, "expected class/subclass/protocol" },
  { "any class allowed", NULL, "[device a]\nid=046d:c31c\npurpose=keyboard\nport=1-1\ninterfaces=*/*/*\n", "interfaces=", 0, "this purpose never lets work" },
  { "storage allowed", NULL, "[device a]\nid=046d:c31c\npurpose=keyboard\nport=1-1\ninterfaces=03/01/01;08/06/50\n", "interfaces=", 0, "names “08/06/50”" },
  { "pointer that types", NULL, "[device a]\nid=046d:c31c\npurpose=pointer\ninterfaces=03/01/01\n", "interfaces=", 0, "names “03/01/01”" },
  { "token that types", NULL, "[device a]\nid=1050:0407\npurpose=token\ninterfaces=03/00/00;03/01/01\n", "interfaces=", 0, "names “03/01/01”" },
  { "card in a keyboard", NULL, "[device a]\nid=046d:c31c\npurpose=keyboard\nport=1-1\ninterfaces=0b/00/00\n", "interfaces=", 0, "names “0b/00/00”" },
  { "keyboard as a hub", NULL, "[device a]\nid=05e3:0608\npurpose=hub\ninterfaces=03/01/01\n", "interfaces=", 0, "names “03/01/01”" },
  { "deny nothing", NULL, "[device a]\nrule=deny\n", "[device a]", 0, "names nothing that it denies" },
  { "deny with a purpose", NULL, "[device a]\nrule=deny\nid=046d:c31c\npurpose=pointer\n", "purpose=pointer", 0, "no meaning with rule=deny" },
  { "deny with a rest", NULL, "[device a]\nrule=deny\nid=046d:c31c\nrest=off\n", "rest=off", 0, "no meaning with rule=deny" },
  { "deny at a time", NULL, "[device a]\nrule=deny\nid=046d:c31c\nwhen=always\n", "when=always", 0, "no meaning with rule=deny" },
  { "port without path", NULL, "[port a]\nlabel[ja]=前\nlabel[en]=Front\n", "[port a]", 0, "lacks the key “path”" },
  { "port without label", NULL, "[port a]\npath=1-1\n", "[port a]", 0, "lacks the key “label[ja]”", 1 },
  { "path of a port", NULL, "[port a]\npath=front\nlabel[ja]=前\nlabel[en]=Front\n", "path=front", 0, "expected a port like" },
  { "two names for one port", NULL, "[port a]\npath=1-1\nlabel[ja]=前\nlabel[en]=Front\n[port b]\npath=1-1\nlabel[ja]=後\nlabel[en]=Back\n", "path=1-1", 1, "name the same port" },
  /* what tells that somebody is there */
  { "presence of nothing", NULL, "[presence desk]\n", "[presence desk]", 0, "needs either “sensor” or “token”" },
  { "presence of two", NULL, "[device a]\nid=1050:0407\npurpose=token\n[presence desk]\nsensor=badge\ntoken=a\nwho=second-person\n", "[presence desk]", 0, "needs either “sensor” or “token”" },
  { "sensor that is a path", NULL, "[presence desk]\nsensor=../badge\n", "sensor=", 0, "expected the name of a program" },
  { "sensor that is too long", NULL, "[presence desk]\nsensor=abcdefghijklmnopqrstuvwxyz0123456\n", "sensor=", 0, "at most 32 characters" },
  { "sensor for whom", NULL, "[presence desk]\nsensor=badge\nwho=anybody\n", "who=", 0, "expected one of: person, second-person" },
  { "sensor at fault", NULL, "[presence desk]\nsensor=badge\nfault=unlock\n", "fault=", 0, "expected one of: lock, ignore" },
  { "token of no rule", NULL, "[presence seal]\ntoken=a\nwho=second-person\n", "token=", 0, "there is no [device a] with purpose=token" },
  { "token that is a mouse", NULL, "[device a]\nid=1050:0407\npurpose=pointer\n[presence seal]\ntoken=a\nwho=second-person\n", "token=", 0, "there is no [device a] with purpose=token" },
  { "token of who is logged in", NULL, "[device a]\nid=1050:0407\npurpose=token\n[presence seal]\ntoken=a\n", "token=", 0, "needs who=second-person" },
  { "token at fault", NULL, "[device a]\nid=1050:0407\npurpose=token\n[presence seal]\ntoken=a\nwho=second-person\nfault=ignore\n", "fault=", 0, "no meaning with “token”" },
  { "too many sensors", NULL, "[presence a]\nsensor=x\n[presence b]\nsensor=x\n[presence c]\nsensor=x\n[presence d]\nsensor=x\n[presence e]\nsensor=x\n[presence f]\nsensor=x\n[presence g]\nsensor=x\n[presence h]\nsensor=x\n[presence i]\nsensor=x\n", "[presence i]", 0, "at most 8" },
  /* persons, roles, groups */
  { "unknown role", "[role engineer]", "[role admin]", "[role admin]", 0, "“admin” is not a role" , 1 },
  { "role of nobody known", "[role engineer]\npersons=tanaka", "[role engineer]\npersons=tanaka;sato", "persons=tanaka;sato", 0, "there is no [person sato]" },
  { "group of nobody known", "[group juki]\npersons=tanaka", "[group juki]\npersons=sato", "persons=sato", 0, "there is no [person sato]" },
  { "person twice in a list", "[role engineer]\npersons=tanaka", "[role engineer]\npersons=tanaka;tanaka", "persons=tanaka;tanaka", 0, "names “tanaka” twice" , 1 },
  { "commas", "[group juki]\npersons=tanaka", "[group juki]\npersons=tanaka,sato", "persons=tanaka,sato", 0, "separated by ';'" },
  { "hole in a list", "[group juki]\npersons=tanaka", "[group juki]\npersons=;tanaka", "persons=;", 0, "holds “”" },
  { "person without a role", NULL, "[person sato]\nname[ja]=佐藤\nname[en]=Sato\n", "[person sato]", 0, "has no role" },
  { "auditor and engineer", NULL, "[role auditor]\npersons=tanaka\n", "[person tanaka]", 0, "auditor and also an engineer" },
  { "root", NULL, "[person root]\nname[ja]=ル\nname[en]=R\n[role approver]\npersons=root\n", "[person root]", 0, "cannot be the ID of a person" },
  { "unlisted", NULL, "[person unlisted]\nname[ja]=ル\nname[en]=R\n[role approver]\npersons=unlisted\n", "[person unlisted]", 0, "cannot be the ID" },
  { "name too long", "Tanaka\n", "Tanaka Tanaka Tanaka Tanaka Tanaka Tanaka Tanaka Tanaka Tanaka\n", "name[en]", 0, "longer than 60" },
  /* time sources */
  { "receipts of no collector", NULL, "[service update]\naddress=10.3.0.1\nport=1\nreceipts-port=2\n", "receipts-port=", 0, "has no meaning in [service update]" },
  { "receipts at the port of the log", NULL, "[service collector]\naddress=10.3.0.1\nport=6514\nreceipts-port=6514\n", "receipts-port=", 0, "receipts have a port of their own" },
  { "receipts at no port", NULL, "[service collector]\naddress=10.3.0.1\nport=6514\nreceipts-port=65536\n", "receipts-port=", 0, "expected a whole number from 0 to 65535" },
  { "NTS of any authority", NULL, "[time a]\naddress=10.3.0.1\nnts=time.example\n", "nts=", 0, "lacks “certificate-authority”" },
  { "authority without NTS", NULL, "[time a]\naddress=10.3.0.1\ncertificate-authority=/etc/a.pem\n", "certificate-authority=/etc/a.pem", 0, "no meaning without “nts”" },
  { "time authority with a relative path", NULL, "[time a]\naddress=10.3.0.1\nnts=time.example\ncertificate-authority=a.pem\n", "certificate-authority=a.pem", 0, "absolute path" },
  /* addresses */
  { "host name", "address=192.0.2.10", "address=db.example.jp", "address=", 0, "expected the address itself" },
  { "address and port", "address=192.0.2.10", "address=192.0.2.10:3389", "address=", 0, "expected the address itself" },
  { "socket path", "address=192.0.2.10", "address=/run/x.sock", "address=", 0, "expected the address itself" },
  { "descriptor", "address=192.0.2.10", "address=|3", "address=", 0, "expected the address itself" },
  { "vsock", "address=192.0.2.10", "address=vsock://2", "address=", 0, "expected the address itself" },
  { "url", "address=192.0.2.10", "address=rdp://192.0.2.10", "address=", 0, "expected the address itself" },
  { "short IPv4", "address=192.0.2.10", "address=10.1", "address=", 0, "expected the address itself" },
  { "octal IPv4", "address=192.0.2.10", "address=010.0.0.1", "address=", 0, "expected the address itself" },
  { "hexadecimal IPv4", "address=192.0.2.10", "address=0x0a000001", "address=", 0, "expected the address itself" },
  { "two addresses", "address=192.0.2.10", "address=192.0.2.10 192.0.2.11", "address=", 0, "expected the address itself" },
  { "full-width digits", "address=192.0.2.10", "address=１９２.0.2.10", "address=", 0, "expected the address itself" },
  { "brackets", "address=192.0.2.10", "address=[2001:db8::1]", "address=", 0, "expected the address itself" },
  { "zone", "address=192.0.2.10", "address=fe80::1%eth0", "address=", 0, "expected the address itself" },
  { "unspecified", "address=192.0.2.10", "address=0.0.0.0", "address=", 0, "no address of a single other machine" },
  { "loopback", "address=192.0.2.10", "address=127.0.0.1", "address=", 0, "no address of a single other machine" },
  { "multicast", "address=192.0.2.10", "address=224.0.0.1", "address=", 0, "no address of a single other machine" },
  { "broadcast", "address=192.0.2.10", "address=255.255.255.255", "address=", 0, "no address of a single other machine" },
  { "unspecified IPv6", "address=192.0.2.10", "address=::", "address=", 0, "no address of a single other machine" },
  { "loopback IPv6", "address=192.0.2.10", "address=::1", "address=", 0, "no address of a single other machine" },
  { "mapped", "address=192.0.2.10", "address=::ffff:127.0.0.1", "address=", 0, "no address of a single other machine" },
  { "link-local", "address=192.0.2.10", "address=fe80::1", "address=", 0, "no address of a single other machine" },
  { "multicast IPv6", "address=192.0.2.10", "address=ff02::1", "address=", 0, "no address of a single other machine" },
  { "translated", "address=192.0.2.10", "address=64:ff9b::7f00:1", "address=", 0, "no address of a single other machine" },
  { "6to4", "address=192.0.2.10", "address=2002:7f00:1::", "address=", 0, "no address of a single other machine" },
  { "port 0", "port=3389", "port=0", "port=", 0, "whole number from 1 to 65535" },
  { "port too high", "port=3389", "port=65536", "port=", 0, "whole number from 1 to 65535" },
  /* proof of the server */
  { "plain rdp", "security=nla", "security=rdp", "security=", 0, "expected nla or tls" },
  { "negotiated", "security=nla", "security=negotiate", "security=", 0, "proves nothing" },
  { "automatic", "security=nla", "security=auto", "security=", 0, "expected nla or tls" },
  { "capital", "security=nla", "security=NLA", "security=", 0, "expected nla or tls" },
  { "no proof", "certificate-sha256=" PIN "\n", "", "[server db]", 0, "lacks “certificate-sha256”" },
  { "both proofs", "ticket=required\n", "certificate-authority=/etc/ca.pem\ncertificate-name=a.jp\n", "certificate-authority", 0, "has both" },
  { "authority without name", "certificate-sha256=" PIN, "certificate-authority=/etc/ca.pem", "certificate-authority", 0, "lacks “certificate-name”" },
  { "name without authority", "ticket=required\n", "certificate-name=a.jp\n", "certificate-name", 0, "has no meaning with" },
  { "wildcard", "certificate-sha256=" PIN, "certificate-authority=/etc/ca.pem\ncertificate-name=*.example.jp", "certificate-name", 0, "without *" },
  { "relative authority", "certificate-sha256=" PIN, "certificate-authority=ca.pem\ncertificate-name=a.jp", "certificate-authority", 0, "absolute path" },
  { "short digest", "certificate-sha256=" PIN, "certificate-sha256=0123456789", "certificate-sha256", 0, "64 hex digits" },
  { "digest with other letters", "certificate-sha256=0", "certificate-sha256=g", "certificate-sha256", 0, "64 hex digits" },
  { "digest of SHA-1", "certificate-sha256=" PIN, "certificate-sha256=0123456789abcdef0123456789abcdef01234567", "certificate-sha256", 0, "64 hex digits" },
  { "crooked colons", "certificate-sha256=" PIN, "certificate-sha256=01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:e:f", "certificate-sha256", 0, "64 hex digits" },
  { "same digest twice", "certificate-sha256=" PIN, "certificate-sha256=" PIN ";" PIN, "certificate-sha256", 0, "twice" },
  { "five digests", "certificate-sha256=" PIN, "certificate-sha256=" PIN ";" PIN2 ";2" PIN ";3;4", "certificate-sha256", 0, "1 to 4" },
  /* who and when */
  { "nobody", "groups=juki\n", "", "[server db]", 0, "nobody could open it" },
  { "unknown group", "groups=juki", "groups=kokuho", "groups=", 0, "there is no [group kokuho]" },
  { "unknown person", "groups=juki", "persons=sato", "persons=sato", 0, "there is no [person sato]" },
  { "hours in Japanese", "hours=Mon-Fri 08:00-20:00", "hours=月-金 08:00-20:00", "hours=", 0, "spans like" },
  { "hours without day", "hours=Mon-Fri 08:00-20:00", "hours=08:00-20:00", "hours=", 0, "spans like" },
  { "hours without span", "hours=Mon-Fri 08:00-20:00", "hours=Mon-Fri", "hours=", 0, "spans like" },
  { "one digit hour", "hours=Mon-Fri 08:00-20:00", "hours=Mon-Fri 8:00-20:00", "hours=", 0, "spans like" },
  { "minute 60", "hours=Mon-Fri 08:00-20:00", "hours=Mon-Fri 08:60-20:00", "hours=", 0, "spans like" },
  { "after midnight of today", "hours=Mon-Fri 08:00-20:00", "hours=Mon-Fri 08:00-24:01", "hours=", 0, "spans like" },
  { "empty span", "hours=Mon-Fri 08:00-20:00", "hours=Mon-Fri 08:00-08:00", "hours=", 0, "spans like" },
  { "from 24:00", "hours=Mon-Fri 08:00-20:00", "hours=Mon-Fri 24:00-08:00", "hours=", 0, "spans like" },
  { "day twice", "hours=Mon-Fri 08:00-20:00", "hours=Mon-Wed,Tue 08:00-20:00", "hours=", 0, "spans like" },
  { "day to itself", "hours=Mon-Fri 08:00-20:00", "hours=Mon-Mon 08:00-20:00", "hours=", 0, "spans like" },
  { "hole in hours", "hours=Mon-Fri 08:00-20:00", "hours=Mon 08:00-20:00;;Tue 08:00-09:00", "hours=", 0, "spans like" },
  { "text behind hours", "hours=Mon-Fri 08:00-20:00", "hours=Mon 08:00-20:00 JST", "hours=", 0, "spans like" },
  { "ticket", "ticket=required", "ticket=yes", "ticket=", 0, "expected one of: none, optional, required" },
  { "credentials", "credentials=ask", "credentials=stored", "credentials=", 0, "expected one of: ask, login" },
  { "user with login", "credentials=ask", "credentials=login", "user=", 0, "no meaning with credentials=login" },
  /* who approves */
  { "approval unknown", "credentials=ask", "credentials=ask\napproval=maybe", "approval=", 0, "expected one of: none, order, person" },
  { "order without approver", "credentials=ask", "credentials=ask\napproval=order", "approval=", 0, "no [approver NAME]" },
  { "person without approver", "credentials=ask", "credentials=ask\napproval=person", "approval=", 0, "nobody has the role approver" },
  { "approver without role", NULL, "[approver a]\nperson=tanaka\npublic-key=" PIN "\n", "person=tanaka", 0, "does not have the role approver" },
  { "approver unknown", NULL, "[approver a]\nperson=suzuki\npublic-key=" PIN "\n", "person=suzuki", 0, "there is no [person suzuki]" },
  { "approver key short", NULL, "[role approver]\npersons=tanaka\n[approver a]\nperson=tanaka\npublic-key=12ab\n", "public-key=", 0, "64 hex digits" },
  { "approver key not hex", NULL, "[role approver]\npersons=tanaka\n[approver a]\nperson=tanaka\npublic-key=x123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", "public-key=", 0, "64 hex digits" },
  { "approver keys equal", NULL, "[role approver]\npersons=tanaka\n[approver a]\nperson=tanaka\npublic-key=" PIN "\n[approver b]\nperson=tanaka\npublic-key=" PIN "\n", "[approver b]", 0, "public key of [approver a]" },
  { "approver without key", NULL, "[role approver]\npersons=tanaka\n[approver a]\nperson=tanaka\n", "[approver a]", 0, "lacks the key" },
  { "unused days", NULL, "[login]\nunused-days=1000\n", "unused-days=", 0, "from 0 to 999" },
};
/* clang-format on */

static char *
apply (const Bad *bad)
{
  const char *at;

  if (bad->from == NULL)
    return g_strconcat (good, bad->to, NULL);
  at = strstr (good, bad->from);
  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (int) (at - good), good, bad->to, at + strlen (bad->from));
}

static guint
line_of (const char *text, const char *beginning, guint nth)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (beginning == NULL)
    return 0;
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], beginning) && nth-- == 0)
      return i + 1;
  g_assert_not_reached ();
}

/* Whether @text has a character of the Japanese scripts. */
static gboolean
is_japanese (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    switch ((int) g_unichar_get_script (g_utf8_get_char (p)))
      {
      case G_UNICODE_SCRIPT_HIRAGANA:
      case G_UNICODE_SCRIPT_KATAKANA:
      case G_UNICODE_SCRIPT_HAN:
        return TRUE;
      default:
        break;
      }
  return FALSE;
}

static GPtrArray *
refuse (const char *text, gssize length)
{
  KioskPolicySource source = { "policy.conf", text, length >= 0 ? (gsize) length : strlen (text) };
  GPtrArray *problems = NULL;
  g_autoptr (KioskPolicy) policy = kiosk_policy_parse (&source, 1, &problems);

  g_assert_null (policy);
  g_assert_cmpuint (problems->len, >, 0);
  for (guint i = 0; i < problems->len; i++)
    {
      const KioskPolicyProblem *problem = problems->pdata[i];

      g_assert_cmpstr (problem->source, ==, "policy.conf");
      g_assert_true (is_japanese (problem->reason.ja));
      g_assert_cmpuint (strlen (problem->reason.en), >, 10);
      g_assert_cmpstr (problem->reason.en, !=, problem->reason.ja);
      g_assert_null (strpbrk (problem->reason.ja, "\n\t!"));
    }
  return problems;
}

static void
test_bad (gconstpointer data)
{
  const Bad *bad = data;
  g_autofree char *text = apply (bad);
  guint line = line_of (text, bad->at, bad->nth);
  g_autoptr (GPtrArray) problems = refuse (text, -1);
  gboolean found = FALSE;

  for (guint i = 0; i < problems->len; i++)
    {
      const KioskPolicyProblem *problem = problems->pdata[i];

      g_test_message ("%u: %s / %s", problem->line, problem->reason.en, problem->reason.ja);
      found |= problem->line == line && strstr (problem->reason.en, bad->reason) != NULL;
    }
  g_assert_true (found);
  g_assert_cmpuint (problems->len, ==, 1 + bad->more);
}

static void
test_nul (void)
{
  static const char text[] = "[policy]\nformat=1\0\n[terminal]\n";
  g_autoptr (GPtrArray) problems = refuse (text, sizeof text - 1);
  const KioskPolicyProblem *last = problems->pdata[problems->len - 1];

  g_assert_cmpuint (last->line, ==, 2);
  g_assert_nonnull (strstr (last->reason.en, "NUL"));
}

static void
test_long_line (void)
{
  g_autofree char *filler = g_strnfill (5000, 'a');
  g_autofree char *text = g_strconcat (good, "[group x]\npersons=", filler, "\n", NULL);
  g_autoptr (GPtrArray) problems = refuse (text, -1);
  const KioskPolicyProblem *last = problems->pdata[problems->len - 1];

  g_assert_cmpuint (last->line, ==, line_of (text, "persons=aaa", 0));
  g_assert_nonnull (strstr (last->reason.en, "longer than 4096 bytes"));
}

static void
test_long_file (void)
{
  g_autofree char *filler = g_strnfill (KIOSK_POLICY_MAX_BYTES, '\n');
  g_autofree char *text = g_strconcat (good, filler, NULL);
  g_autoptr (GPtrArray) problems = refuse (text, -1);
  const KioskPolicyProblem *first = problems->pdata[0];

  g_assert_cmpuint (first->line, ==, 0);
}

static void
test_too_many (void)
{
  g_autoptr (GString) text = g_string_new (good);
  g_autoptr (GPtrArray) problems = NULL;
  const KioskPolicyProblem *last;

  for (guint i = 0; i < 600; i++)
    g_string_append (text, "nonsense\n");
  problems = refuse (text->str, -1);
  g_assert_cmpuint (problems->len, ==, 501);
  last = problems->pdata[500];
  g_assert_nonnull (strstr (last->reason.en, "not listed"));
}

static void
test_all_at_once (void)
{
  static const char text[] = "[policy]\nformat=9\n[terminal]\nid=a b\nsite[ja]=x\nsite[en]=y\n"
                             "color=red\n[server s]\naddress=localhost\nnonsense\n";
  static const guint lines[] = { 2, 4, 7, 8, 8, 8, 8, 8, 8, 9, 10 };
  g_autoptr (GPtrArray) problems = refuse (text, -1);

  g_assert_cmpuint (problems->len, ==, G_N_ELEMENTS (lines));
  for (guint i = 0; i < problems->len; i++)
    g_assert_cmpuint (((const KioskPolicyProblem *) problems->pdata[i])->line, ==, lines[i]);
}

static void
test_no_source (void)
{
  g_autoptr (GPtrArray) problems = NULL;

  g_assert_null (kiosk_policy_parse (NULL, 0, &problems));
  g_assert_cmpuint (problems->len, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (bads); i++)
    {
      g_autofree char *path = g_strdup_printf ("/policy/bad/%s", bads[i].name);

      for (char *p = path + strlen ("/policy/bad/"); *p != '\0'; p++)
        if (*p == ' ')
          *p = '-';
      g_test_add_data_func (path, &bads[i], test_bad);
    }
  g_test_add_func ("/policy/bad/nul", test_nul);
  g_test_add_func ("/policy/bad/long-line", test_long_line);
  g_test_add_func ("/policy/bad/long-file", test_long_file);
  g_test_add_func ("/policy/bad/too-many-problems", test_too_many);
  g_test_add_func ("/policy/bad/all-at-once", test_all_at_once);
  g_test_add_func ("/policy/bad/no-source", test_no_source);
  return g_test_run ();
}
