/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <arpa/inet.h>
#include <string.h>

/* Where a server is and how it proves to be the one (R08, R09).
 *
 * The trap: libraries give meaning to more than addresses. FreeRDP takes "/path" for a Unix socket,
 * "|3" for a descriptor and "vsock://" for a virtual machine's socket; inet_aton() reads "10.1" and
 * "012.0.0.1". Only what inet_pton(3) accepts is an address here, and no name: a name is whatever
 * the network answers. */

#define PROBLEM(value, en, ja, ...)                                                                \
  kiosk_policy_index_problem ((value).index, (value).entry->place, en, ja, __VA_ARGS__)

static gboolean
ipv4_is_host (const guint8 *bytes)
{
  return bytes[0] != 0      /* "this network", RFC 6890 */
         && bytes[0] != 127 /* the terminal itself */
         && bytes[0] < 224; /* multicast, reserved, broadcast */
}

static gboolean
ipv6_is_host (const guint8 *bytes)
{
  static const guint8 zero[12] = { 0 };

  /* ::, ::1, IPv4 in disguise (::ffff:a.b.c.d would pass a rule written for IPv6) */
  if (memcmp (bytes, zero, 10) == 0)
    return FALSE;
  /* NAT64, 6to4: again an IPv4 address that nobody reads as one */
  if (bytes[0] == 0x20 && bytes[1] == 0x02)
    return FALSE;
  if (bytes[0] == 0x00 && bytes[1] == 0x64)
    return FALSE;
  /* fe80::/10 needs a zone id, which names an interface; fec0::/10 is deprecated (RFC 3879) */
  if (bytes[0] == 0xfe && bytes[1] >= 0x80)
    return FALSE;
  return bytes[0] != 0xff; /* multicast */
}

gboolean
kiosk_policy_value_address (KioskPolicyValue value, KioskEndpoint *endpoint)
{
  const char *raw = value.entry->value;
  char text[INET6_ADDRSTRLEN];
  guint8 bytes[16] = { 0 };
  int family;
  gboolean host;

  if (inet_pton (AF_INET, raw, bytes) == 1)
    {
      family = AF_INET;
      host = ipv4_is_host (bytes);
    }
  else if (inet_pton (AF_INET6, raw, bytes) == 1)
    {
      family = AF_INET6;
      host = ipv6_is_host (bytes);
    }
  else
    {
      PROBLEM (
          value,
          "“%s” is “%s”: expected the address itself, like 192.0.2.10 or 2001:db8::10; no name, "
          "port, path, brackets, zone or other notation",
          "「%s」が「%s」です。192.0.2.10 や 2001:db8::10 のようなアドレスそのものを書いてください"
          "（名前、ポート、パス、括弧、ゾーンなどは使えません）",
          value.entry->key, raw);
      return FALSE;
    }
  if (!host)
    {
      PROBLEM (
          value,
          "“%s” is “%s”, which is no address of a single other machine (unspecified, loopback, "
          "link-local, multicast, broadcast, translated or reserved)",
          "「%s」の「%s」は、ほかの 1 台の機器を示すアドレスではありません"
          "（未指定、ループバック、リンクローカル、マルチキャスト、ブロードキャスト、変換用、予約）",
          value.entry->key, raw);
      return FALSE;
    }
  g_free (endpoint->address);
  endpoint->address = g_strdup (inet_ntop (family, bytes, text, sizeof text));
  endpoint->family = family;
  memcpy (endpoint->address_bytes, bytes, sizeof bytes);
  return TRUE;
}

/* 32 bytes in hex, with or without colons between the bytes. */
static gboolean
parse_digest (const char *text, guint8 *digest)
{
  gboolean colons = strchr (text, ':') != NULL;

  if (strlen (text) != (colons ? 95u : 64u))
    return FALSE;
  for (guint i = 0; i < 32; i++)
    {
      const char *p = text + i * (colons ? 3 : 2);

      if (!g_ascii_isxdigit (p[0]) || !g_ascii_isxdigit (p[1]))
        return FALSE;
      if (colons && i < 31 && p[2] != ':')
        return FALSE;
      digest[i] = (guint8) (g_ascii_xdigit_value (p[0]) * 16 + g_ascii_xdigit_value (p[1]));
    }
  return TRUE;
}

gboolean
kiosk_policy_value_pins (KioskPolicyValue value, KioskPolicyServer *server)
{
  g_auto (GStrv) words = g_strsplit (value.entry->value, ";", -1);
  guint8 pins[KIOSK_POLICY_MAX_PINS][32];
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *word = g_strstrip (words[i]);

      if (word[0] == '\0' && i > 0 && words[i + 1] == NULL)
        break;
      if (n == KIOSK_POLICY_MAX_PINS || !parse_digest (word, pins[n]))
        {
          PROBLEM (
              value,
              "“%s” holds “%s”: expected 1 to %d SHA-256 digests of 64 hex digits, separated by ';'",
              "「%s」に「%s」があります。16 進数 64 桁の SHA-256 を「;」で区切り、1 個から %d 個まで"
              "書いてください",
              value.entry->key, word, KIOSK_POLICY_MAX_PINS);
          return FALSE;
        }
      for (guint j = 0; j < n; j++)
        if (memcmp (pins[j], pins[n], 32) == 0)
          {
            PROBLEM (value, "“%s” names the digest “%s” twice", "「%s」に「%s」が 2 回あります",
                     value.entry->key, word);
            return FALSE;
          }
      n++;
    }
  memcpy (server->pins, pins, n * sizeof pins[0]);
  server->n_pins = n;
  return TRUE;
}

gboolean
kiosk_policy_value_host_name (KioskPolicyValue value, char **name)
{
  const char *raw = value.entry->value;
  gboolean good = strlen (raw) <= 253 && g_ascii_isalnum (raw[0]);

  for (const char *p = raw; good && *p != '\0'; p++)
    good = g_ascii_isalnum (*p) || *p == '-' || (*p == '.' && p[1] != '.' && p[1] != '\0');
  if (!good)
    {
      PROBLEM (
          value, "“%s” is “%s”: expected one host name like rdp1.example.jp, without *",
          "「%s」が「%s」です。rdp1.example.jp のようなホスト名を 1 つ書いてください（* は使えません）",
          value.entry->key, raw);
      return FALSE;
    }
  g_free (*name);
  *name = g_strdup (raw);
  return TRUE;
}

gboolean
kiosk_policy_value_security (KioskPolicyValue value, KioskSecurity *security)
{
  const char *raw = value.entry->value;

  if (strcmp (raw, "nla") == 0)
    *security = KIOSK_SECURITY_NLA;
  else if (strcmp (raw, "tls") == 0)
    *security = KIOSK_SECURITY_TLS;
  else
    {
      PROBLEM (
          value,
          "“%s” is “%s”: expected nla or tls. Anything else lets the server, or somebody in "
          "between, choose a connection that proves nothing about who the server is",
          "「%s」が「%s」です。nla または tls を書いてください。ほかの方式では、接続先が本物であることを"
          "確かめられない接続になるおそれがあります",
          value.entry->key, raw);
      return FALSE;
    }
  return TRUE;
}
