#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-ocsf.py SCHEMA EVENTS - every line of EVENTS is an event that follows SCHEMA. Says which classes there are."""

import json
import sys

import jsonschema


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    classes, failed, total = set(), 0, 0
    with open(sys.argv[2], encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            event = json.loads(line)
            for error in validator.iter_errors(event):
                failed += 1
                print(f"line {number}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
            # what a schema cannot say: a number that follows from two others
            if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
                failed += 1
                print(f"line {number}: type_uid {event['type_uid']}")
            json.loads(event["raw_data"])
            classes.add(event["class_uid"])
            total += 1
    print(f"events: {total}, faults: {failed}, classes: {' '.join(map(str, sorted(classes)))}")
    return 1 if failed or total == 0 else 0


sys.exit(main())
