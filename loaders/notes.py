"""A load report in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bulian.loaders.report import LoadReport

_EXAMPLES = 3
_TEXTS = {
    "done": (
        "读取 {rows} 行：新增 {created}，变更 {changed}，未变 {unchanged}，合并 {merged}，"
        "隔离 {quarantined}；撤回 {withdrawn}。",
        "{rows} rows read: {created} created, {changed} changed, {unchanged} unchanged, {merged} merged,"
        " {quarantined} quarantined; {withdrawn} withdrawn.",
    ),
    "dry": ("试运行：没有写入任何内容。", "Dry run: nothing was written."),
    "refused": ("有不合格的行，按要求没有载入任何内容。", "Rows are bad; as asked, nothing was loaded."),
    "error": ("无法读取：{text}", "cannot be read: {text}"),
    "kept": (
        "数据集 {text} 有文件无法读取，因此没有撤回任何旧内容。",
        "A file of dataset {text} cannot be read, so nothing that it said before was withdrawn.",
    ),
    "uncarded": (
        "数据集 {text} 没有 dataset.toml：以文件夹名为名，许可记为未注明，以首次载入日为获取日。",
        "Dataset {text} has no dataset.toml: it is named after its folder, its licence is not stated, and it"
        " counts as retrieved on the day of its first load.",
    ),
    "referred": (
        "{n} 个对象已撤回，因其他数据集仍引用而保留原内容，如：{text}",
        "{n} withdrawn nodes are kept as last known, because other datasets refer to them, such as {text}",
    ),
    "released": (
        "{n} 个此前保留的对象已无人引用，已移除，如：{text}",
        "{n} nodes that were kept so far have left, since nothing refers to them any more, such as {text}",
    ),
    "quarantine": ("被隔离的行写在 {text}", "rejected rows are in {text}"),
    "values": (
        "{n} 个值不被接受（所在的行已载入），如：{text}",
        "{n} values were rejected (their rows entered), such as {text}",
    ),
    "unknown_files": ("不认识的文件：{text}", "unknown files: {text}"),
    "unknown_columns": ("{file} 里不认识的列：{text}", "unknown columns of {file}: {text}"),
    "unplaced": (
        "{n} 处地点没有对上（其中 {m} 个机构因此没有所在地），如：{text}",
        "{n} places were not resolved ({m} organizations lie nowhere because of it), such as {text}",
    ),
    "too_general": (
        "{n} 家企业写在分组环节上，不计入组内环节，如：{text}",
        "{n} firms stand on a group link and do not count for the links in it, such as {text}",
    ),
    "decisions": (
        "{file} 的 decisions 第 {text} 行没有用上，请核对编号。",
        "rows {text} of the decisions of {file} were not used; check their ids.",
    ),
}


def notes(report: LoadReport, lang: str) -> list[str]:
    """One sentence for each thing that a person should know."""
    english = lang == "en"

    def say(key: str, **values: object) -> str:
        return _TEXTS[key][english].format(**values)

    found = [say("done", **report.totals)]
    if report.dry_run:
        found.append(say("dry"))
    elif not report.loaded:
        found.append(say("refused"))
    found += [say("error", text=f.error) for f in report.files if f.error]
    found += [say("kept", text=name) for name in report.kept_all]
    found += [say("uncarded", text=name) for name in report.uncarded]
    if report.kept:
        text = "；".join(f"{k.name} ← {', '.join(k.datasets)}" for k in report.kept[:_EXAMPLES])
        found.append(say("referred", n=len(report.kept), text=text))
    if report.released:
        text = "；".join(k.name for k in report.released[:_EXAMPLES])
        found.append(say("released", n=len(report.released), text=text))
    if report.quarantine is not None:
        found.append(say("quarantine", text=report.quarantine))
    values = [f"{f.file} {r.row} {r.field}={r.value}" for f in report.files for r in f.rejected]
    if values:
        found.append(say("values", n=len(values), text="；".join(values[:_EXAMPLES])))
    if report.unknown_files:
        found.append(say("unknown_files", text=", ".join(report.unknown_files)))
    found += [say("unknown_columns", file=f, text=", ".join(c)) for f, c in report.unknown_columns.items()]
    if report.unplaced:
        nowhere = len({u.node_id for u in report.unplaced if u.placed_in is None})
        text = "；".join(f"{u.name} {u.field}={u.value}" for u in report.unplaced[:_EXAMPLES])
        found.append(say("unplaced", n=len(report.unplaced), m=nowhere, text=text))
    if report.too_general:
        text = "；".join(f"{t.organization} → {t.link}" for t in report.too_general[:_EXAMPLES])
        found.append(say("too_general", n=len(report.too_general), text=text))
    for name, rows in report.unused_decisions.items():
        found.append(say("decisions", file=name, text=", ".join(map(str, rows[:20]))))
    return found
