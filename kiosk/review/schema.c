/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "db.h"

/* The tables of an index, in the SQL that SQLite and PostgreSQL have in common.
 *
 * A record is a row of numbers: words that come again and again (persons, servers, actions, sessions) stand in `word`
 * once, and what only some have and people read (name, purpose, message ...) in `phrase`, once for each combination. So a million records
 * are some 40 MB, and full text searches the phrases alone. The key of a record is its time (microseconds) times 256 plus a number that tells records
 * of one moment apart: one order for all terminals, and each index is in the order of time by itself. The stored lines lie in `block`, compressed.
 *
 * So that a log that has grown need not be read from its begin, `part` keeps for each file what the import knew where it begins (import-kept.h), and `log`
 * (base, tail) what that holds for, and where the good records end. */

const KioskTableInfo kiosk_tables[KIOSK_N_TABLES] = {
  [KIOSK_TABLE_WORD] = { "word", 2 },      [KIOSK_TABLE_PHRASE] = { "phrase", 10 },
  [KIOSK_TABLE_BLOCK] = { "block", 3 },    [KIOSK_TABLE_RECORD] = { "record", 13 },
  [KIOSK_TABLE_STAY] = { "stay", 14 },     [KIOSK_TABLE_STAY_PART] = { "stay_part", 11 },
  [KIOSK_TABLE_OUTAGE] = { "outage", 15 }, [KIOSK_TABLE_PART] = { "part", 5 },
};

static const char tables[]
    = "CREATE TABLE IF NOT EXISTS version (version BIGINT NOT NULL);"
      "CREATE TABLE IF NOT EXISTS log ("
      " id @ID@, path TEXT NOT NULL, host TEXT NOT NULL, site TEXT NOT NULL,"
      " files TEXT NOT NULL, size BIGINT NOT NULL, records BIGINT NOT NULL,"
      " unreadable BIGINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,"
      " report TEXT NOT NULL, fault_key BIGINT NOT NULL, seal_code TEXT NOT NULL,"
      " chain TEXT NOT NULL, stamp TEXT NOT NULL, base TEXT NOT NULL, tail @BLOB@ NOT NULL);"
      "CREATE TABLE IF NOT EXISTS word (id @ID@, word TEXT NOT NULL UNIQUE);"
      "CREATE TABLE IF NOT EXISTS phrase ("
      " id @ID@, hay TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL,"
      " ticket TEXT NOT NULL, purpose TEXT NOT NULL, detail TEXT NOT NULL,"
      " reference TEXT NOT NULL, work_order TEXT NOT NULL, approver TEXT NOT NULL);"
      "CREATE TABLE IF NOT EXISTS block ("
      " id @ID@, log BIGINT NOT NULL, lines @BLOB@ NOT NULL);"
      "CREATE TABLE IF NOT EXISTS record ("
      " key @ID@, log BIGINT NOT NULL, sequence BIGINT NOT NULL,"
      " block BIGINT NOT NULL, flags BIGINT NOT NULL, outcome BIGINT NOT NULL,"
      " action BIGINT NOT NULL, host BIGINT NOT NULL, person BIGINT, server BIGINT,"
      " reason BIGINT, session BIGINT, phrase BIGINT) @PARTITION@;"
      "CREATE TABLE IF NOT EXISTS stay ("
      " id @ID@, log BIGINT NOT NULL, begin_key BIGINT NOT NULL,"
      " end_key BIGINT NOT NULL, began BIGINT NOT NULL, ended BIGINT NOT NULL,"
      " host TEXT NOT NULL, site TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL,"
      " session TEXT NOT NULL, reason TEXT NOT NULL, records BIGINT NOT NULL,"
      " troubles BIGINT NOT NULL);"
      "CREATE TABLE IF NOT EXISTS stay_part ("
      " stay BIGINT NOT NULL, log BIGINT NOT NULL, began BIGINT NOT NULL, ended BIGINT NOT NULL,"
      " key BIGINT NOT NULL, server TEXT, ticket TEXT, purpose TEXT, work_order TEXT,"
      " approver TEXT, reason TEXT);"
      "CREATE TABLE IF NOT EXISTS outage ("
      " id @ID@, log BIGINT NOT NULL, begin_key BIGINT NOT NULL, end_key BIGINT NOT NULL,"
      " began BIGINT NOT NULL, ended BIGINT NOT NULL, seen BIGINT NOT NULL,"
      " host TEXT NOT NULL, what TEXT NOT NULL, server TEXT NOT NULL, reason TEXT NOT NULL,"
      " detail TEXT NOT NULL, duration BIGINT NOT NULL, interruptions BIGINT NOT NULL,"
      " address TEXT NOT NULL);"
      "CREATE TABLE IF NOT EXISTS part ("
      " id @ID@, name TEXT NOT NULL, stamp TEXT NOT NULL, verifier @BLOB@ NOT NULL,"
      " point @BLOB@ NOT NULL);";

/* Made after the first import: sorting once is far faster than to keep them sorted. */
static const char indexes[]
    = "CREATE INDEX IF NOT EXISTS phrase_by_ticket ON phrase (ticket) WHERE ticket <> '';"
      "CREATE INDEX IF NOT EXISTS record_by_person ON record (person @KEY@)"
      " WHERE person IS NOT NULL;"
      "CREATE INDEX IF NOT EXISTS record_by_server ON record (server @KEY@)"
      " WHERE server IS NOT NULL;"
      "CREATE INDEX IF NOT EXISTS record_by_action ON record (action @KEY@);"
      "CREATE INDEX IF NOT EXISTS record_by_host ON record (host @KEY@);"
      "CREATE INDEX IF NOT EXISTS record_by_session ON record (session @KEY@)"
      " WHERE session IS NOT NULL;"
      "CREATE INDEX IF NOT EXISTS record_by_phrase ON record (phrase @KEY@)"
      " WHERE phrase IS NOT NULL;"
      "CREATE INDEX IF NOT EXISTS record_by_failure ON record (action @KEY@)"
      " WHERE outcome = 2;"
      "CREATE INDEX IF NOT EXISTS record_by_trouble ON record (key) WHERE flags >= 2;"
      "CREATE INDEX IF NOT EXISTS block_by_log ON block (log, id);"
      "CREATE INDEX IF NOT EXISTS stay_by_begin ON stay (began);"
      "CREATE INDEX IF NOT EXISTS stay_part_by_stay ON stay_part (stay);"
      "CREATE INDEX IF NOT EXISTS outage_by_begin ON outage (began);";

const char kiosk_db_drop_indexes[] = "DROP INDEX IF EXISTS record_by_person;"
                                     "DROP INDEX IF EXISTS record_by_server;"
                                     "DROP INDEX IF EXISTS record_by_action;"
                                     "DROP INDEX IF EXISTS record_by_host;"
                                     "DROP INDEX IF EXISTS record_by_session;"
                                     "DROP INDEX IF EXISTS record_by_phrase;"
                                     "DROP INDEX IF EXISTS record_by_failure;"
                                     "DROP INDEX IF EXISTS record_by_trouble;";

char *
kiosk_db_schema (const char *id, const char *blob, const char *partition)
{
  g_autoptr (GString) script = g_string_new (tables);

  g_string_replace (script, "@ID@", id, 0);
  g_string_replace (script, "@BLOB@", blob, 0);
  g_string_replace (script, "@PARTITION@", partition, 0);
  return g_string_free (g_steal_pointer (&script), FALSE);
}

char *
kiosk_db_indexes (const char *key)
{
  g_autoptr (GString) script = g_string_new (indexes);

  g_string_replace (script, "@KEY@", key, 0);
  return g_string_free (g_steal_pointer (&script), FALSE);
}
