"""datapackage.json beside an export (the Frictionless description of tabular data): files, columns, types, meanings.

A file of that name in the folder that this program did not write is left alone; the description then takes the name of
the export.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.lexicon.schema.output import OutputColumn
from pipeline.store.dictionary import DICTIONARY_NAMES, HEAD, names
from pipeline.store.sheets import Sheet

if TYPE_CHECKING:
    from pipeline.store.database import Database

NAME = "datapackage.json"
_MARK = "gongkai"


def datapackage(db: Database, path: Path, tables: Sequence[Sheet], main: str) -> Path:
    """Writes the description of an export to .csv or .parquet and gives its path."""
    suffix = path.suffix.lower()
    csv = suffix == ".csv"
    meant = {row.name: row for row in names().rows(OutputColumn)}
    resources = []
    for sheet in tables:
        found = db.query(f"SELECT * FROM ({sheet.sql}) AS q LIMIT 0", sheet.params)
        fields = []
        for name, head, field in zip(sheet.names, sheet.heads, found.schema, strict=True):
            told = meant.get(name)
            fields.append(
                {
                    "name": head if csv else name,
                    "title": head,
                    "type": _type(field.type, csv),
                    "description": told.meaning if told else head,
                    "gongkai:column": name,
                }
            )
        file = path.name if sheet.key == main else path.with_suffix(f".{sheet.key}{path.suffix}").name
        resources.append(_resource(sheet.key, sheet.title, file, suffix, fields))
    file = path.with_suffix(f".dictionary{path.suffix}").name
    heads = HEAD if csv else DICTIONARY_NAMES
    fields = [{"name": name, "title": told, "type": "string"} for name, told in zip(heads, HEAD, strict=True)]
    resources.append(_resource("dictionary", "数据字典", file, suffix, fields))
    package = {
        "profile": "tabular-data-package" if csv else "data-package",
        "name": _MARK,
        "title": "政府信息公开工作年度报告数据",
        "description": "空白单元格表示原表空白、未提及或不能确定，不是 0。各栏和各代码的含义见数据字典。",
        "resources": resources,
    }
    target = path.with_name(NAME)
    if target.exists() and not _ours(target):
        target = path.with_suffix(f".{NAME}")
    target.write_bytes(orjson.dumps(package, option=orjson.OPT_INDENT_2) + b"\n")
    return target


def _resource(key: str, title: str, file: str, suffix: str, fields: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": key, "title": title, "path": file, "format": suffix[1:],
        "schema": {"fields": list(fields), "missingValues": [""]},
    }  # fmt: skip
    if suffix == ".csv":
        found |= {"profile": "tabular-data-resource", "mediatype": "text/csv", "encoding": "utf-8-sig"}
        found["dialect"] = {"delimiter": ",", "header": True}
    return found


def _type(kind: Any, csv: bool) -> str:
    import pyarrow as pa

    if pa.types.is_boolean(kind):
        return "integer" if csv else "boolean"  # CSV files have 1 and 0
    if pa.types.is_integer(kind):
        return "integer"
    return "number" if pa.types.is_decimal(kind) or pa.types.is_floating(kind) else "string"


def _ours(path: Path) -> bool:
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(found, dict) and found.get("name") == _MARK
