"""Exports: csv, xlsx, parquet, dta, duckdb. A pure function of the content: no run numbers, no times of day.

out.xlsx      one workbook: 报告, 宽表, 长表, 核对结果, 数据字典
out.csv       the long table; beside it out.wide.csv, out.reports.csv, out.findings.csv, out.dictionary.csv
              and a datapackage.json that describes them
out.parquet   the same files as parquet; out.dta the same for Stata, with Chinese labels on the variables
out.duckdb    one database with the tables reports, long, wide, findings, dictionary
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StoreError, UsageError
from pipeline.store.cellsafe import guard, text_of
from pipeline.store.dictionary import DICTIONARY_NAMES, HEAD, dictionary
from pipeline.store.package import datapackage
from pipeline.store.read import EVERYTHING, Selection
from pipeline.store.sheets import Sheet, sheets

if TYPE_CHECKING:
    from pipeline.store.database import Database

FORMATS = (".csv", ".xlsx", ".parquet", ".dta", ".duckdb")


@dataclass(frozen=True, slots=True)
class Exported:
    """The files written, the one asked for among them, and how many rows its table has (reports in a workbook)."""

    files: tuple[Path, ...]
    rows: int


def export(
    db: Database, out: str | Path, selection: Selection = EVERYTHING, *, wide: bool = False, versions: bool = False
) -> Exported:
    """Writes the selected reports. With `wide` the file itself holds the wide table, one row per report.

    Only current versions, unless `versions` asks for all that were ever read.

    Raises UsageError for an unknown format or folder.
    """
    path = Path(out)
    suffix = path.suffix.lower()
    writers: dict[str, Callable[[Database, Path, tuple[Sheet, ...], str], tuple[Path, ...]]] = {
        ".csv": _csv,
        ".xlsx": _xlsx,
        ".parquet": _parquet,
        ".dta": _dta,
        ".duckdb": _duckdb,
    }
    if suffix not in writers:
        raise UsageError(f"不支持导出为「{suffix or path.name}」，文件名请以 {'、'.join(FORMATS)} 之一结尾")
    if not path.parent.is_dir():
        raise UsageError(f"文件夹 {path.parent} 不存在，请先建立")
    if suffix == ".duckdb" and path.exists() and path.resolve() == getattr(db, "path", Path()).resolve():
        raise UsageError("不能导出到正在读取的数据库本身，请换一个文件名")
    main = "reports" if suffix == ".xlsx" else "wide" if wide else "long"
    tables = sheets(db, selection, versions=versions)
    try:
        files = writers[suffix](db, path, tables, main)
        if suffix in (".csv", ".parquet"):
            files = (*files, datapackage(db, path, tables, main))
    except OSError as error:
        raise StoreError(f"写不了 {path}：{error.strerror or error}，请检查磁盘和权限") from error
    return Exported(files, next(sheet for sheet in tables if sheet.key == main).count(db))


def _beside(path: Path, key: str, main: str) -> Path:
    """out.csv for the main table, out.wide.csv and so on for the others."""
    return path if key == main else path.with_suffix(f".{key}{path.suffix}")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A path to write to that takes its name only when it is complete."""
    half = path.with_name(f".{path.name}.part")
    try:
        yield half
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


def dictionary_of(tables: Iterable[Sheet]) -> list[tuple[str, str, str, str, str]]:
    """The data dictionary of all columns of an export."""
    columns = dict.fromkeys(name for sheet in tables for name in sheet.names)
    return dictionary(list(columns))


# --- csv ---------------------------------------------------------------------------------------------------------


def _csv(db: Database, path: Path, tables: tuple[Sheet, ...], main: str) -> tuple[Path, ...]:
    written = []
    for sheet in tables:
        target = _beside(path, sheet.key, main)
        with _whole(target) as half, half.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(sheet.heads)
            with sheet.batches(db) as batches:
                for batch in batches:
                    columns = [column.to_pylist() for column in batch.columns]
                    writer.writerows([text_of(v) for v in row] for row in zip(*columns, strict=True))
        written.append(target)
    target = _beside(path, "dictionary", main)
    with _whole(target) as half, half.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEAD, *(tuple(map(guard, row)) for row in dictionary_of(tables))])
    return (*written, target)


def _xlsx(db: Database, path: Path, tables: tuple[Sheet, ...], main: str) -> tuple[Path, ...]:
    from pipeline.store.xlsx import write

    with _whole(path) as half:
        write(db, half, tables, dictionary_of(tables))
    return (path,)


# --- parquet, duckdb, dta ----------------------------------------------------------------------------------------


def _dictionary_table(tables: Sequence[Sheet]) -> Any:
    import pyarrow as pa

    rows = dictionary_of(tables)
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(DICTIONARY_NAMES)})


def _described(sheet: Sheet, schema: Any) -> Any:
    """An Arrow schema with the Chinese headings as descriptions of its fields."""
    import pyarrow as pa

    return pa.schema([f.with_metadata({"description": head}) for f, head in zip(schema, sheet.heads, strict=True)])


def _parquet(db: Database, path: Path, tables: tuple[Sheet, ...], main: str) -> tuple[Path, ...]:
    import pyarrow.parquet as pq

    written = []
    for sheet in tables:
        target = _beside(path, sheet.key, main)
        with _whole(target) as half, sheet.batches(db, 100_000) as batches:
            writer = None
            for batch in batches:
                schema = _described(sheet, batch.schema)
                writer = writer or pq.ParquetWriter(half, schema, compression="zstd")
                writer.write_batch(batch.cast(schema))
            if writer is None:
                pq.write_table(_empty(db, sheet), half, compression="zstd")
            else:
                writer.close()
        written.append(target)
    target = _beside(path, "dictionary", main)
    with _whole(target) as half:
        pq.write_table(_dictionary_table(tables), half, compression="zstd")
    return (*written, target)


def _empty(db: Database, sheet: Sheet) -> Any:
    found = db.query(f"SELECT * FROM ({sheet.sql}) AS q LIMIT 0", sheet.params)
    return found.cast(_described(sheet, found.schema))


def _duckdb(db: Database, path: Path, tables: tuple[Sheet, ...], main: str) -> tuple[Path, ...]:
    import duckdb

    config: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with _whole(path) as half:
        half.unlink(missing_ok=True)
        con = duckdb.connect(str(half), config=config)
        try:
            for sheet in tables:
                con.register("q", _empty(db, sheet))
                con.execute(f'CREATE TABLE "{sheet.key}" AS SELECT * FROM q')
                con.unregister("q")
                for name, head in zip(sheet.names, sheet.heads, strict=True):
                    con.execute(f'COMMENT ON COLUMN "{sheet.key}"."{name}" IS \'{head.replace(chr(39), chr(39) * 2)}\'')
                with sheet.batches(db, 100_000) as batches:
                    for batch in batches:
                        con.register("q", batch)
                        con.execute(f'INSERT INTO "{sheet.key}" SELECT * FROM q')
                        con.unregister("q")
            con.register("q", _dictionary_table(tables))
            con.execute("CREATE TABLE dictionary AS SELECT * FROM q")
        finally:
            con.close()
    return (path,)


_STATA_TEXT = 2045  # the longest fixed string of a .dta file, in bytes


def _dta(db: Database, path: Path, tables: tuple[Sheet, ...], main: str) -> tuple[Path, ...]:
    try:
        import pandas as pd  # type: ignore[import-untyped, unused-ignore]  # there may be no stubs
        import pyreadstat
    except ImportError as error:
        raise UsageError("导出 .dta 需要 pyreadstat 和 pandas，请先 pip install pyreadstat pandas") from error
    import pyarrow as pa

    written = []
    for sheet in tables:
        found = db.query(sheet.sql, sheet.params)
        fields = [_stata(field) for field in found.schema]
        frame = found.cast(pa.schema(fields)).to_pandas()
        for field in fields:
            if pa.types.is_string(field.type):
                frame[field.name] = [_cut(v) if isinstance(v, str) else "" for v in frame[field.name]]
            elif frame[field.name].isna().all():
                frame[field.name] = pd.Series([float("nan")] * len(frame), dtype="float64")
        short = [name[:32] for name in sheet.names]
        frame.columns = short if len(set(short)) == len(short) else [f"v{i}" for i in range(len(short))]
        target = _beside(path, sheet.key, main)
        with _whole(target) as half:
            pyreadstat.write_dta(
                frame, str(half), column_labels=[head[:80] for head in sheet.heads], file_label=sheet.title, version=15
            )
            _timeless(half)
        written.append(target)
    target = _beside(path, "dictionary", main).with_suffix(".csv")
    with _whole(target) as half, half.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEAD, *(tuple(map(guard, row)) for row in dictionary_of(tables))])
    return (*written, target)


def _stata(field: Any) -> Any:
    import pyarrow as pa

    number = pa.types.is_decimal(field.type) or pa.types.is_integer(field.type) or pa.types.is_boolean(field.type)
    return pa.field(field.name, pa.float64() if number else pa.string())


def _cut(text: str) -> str:
    return text if len(text.encode()) <= _STATA_TEXT else text.encode()[:_STATA_TEXT].decode(errors="ignore")


def _timeless(path: Path) -> None:
    """Blanks the time of writing in the header of a .dta file (`<timestamp>` and 17 characters)."""
    data = path.read_bytes()
    mark = b"<timestamp>"
    at = data.find(mark, 0, 2000)
    if at >= 0 and data[at + len(mark)] == 17:
        begin = at + len(mark) + 1
        path.write_bytes(data[:begin] + b"01 Jan 2000 00:00" + data[begin + 17 :])
