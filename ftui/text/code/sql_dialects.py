"""What dialects of SQL add to the language, and faults that no dialect takes."""

from __future__ import annotations

import re

from ftui.text.late_pattern import late

_BEYOND = late(
    r"\bON\s+(?:CONFLICT|DUPLICATE)\b|\bEXCLUDED\b|\bRETURNING\b|\bTOP\s*\(?\d|\bNOLOCK\b|\bDELIMITER\b|\bPROCEDURE\b|\bFUNCTION\b"
    r"|\bTRIGGER\b|\$\$|\$\w*\$|[@:][A-Za-z_]\w*|\bDECLARE\b|\bBEGIN\b|\bPRAGMA\b|\bINTERVAL\b|\bFETCH\b|\bESCAPE\b|\bDESC(?:RIBE)?\s+\w+\s*;?\s*$"
    r"|\bUSE\b|\bLIMIT\s+\S+\s*,|\bCOPY\b|\bCALL\b|\bEXEC(?:UTE)?\b|\bTABLESAMPLE\b|\bSUBSTRING\b|\bEXTRACT\b|\bTRIM\b|\bPOSITION\b|\bOVERLAY\b"
    r"|\bLOCKED\b|\bNOWAIT\b|\bFOR\s+(?:UPDATE|SHARE|XML|JSON|SYSTEM_TIME)\b|\bIDENTITY\b|\bAUTO_?INCREMENT\b|\bENGINE\b|\bN?VARCHAR2?\b|\bMAX\s*\)"
    r"|\bMERGE\b|\bUN?PIVOT\b|\bQUALIFY\b|\bLATERAL\b|\bAPPLY\b|\bCONNECT\s+BY\b|\bMODEL\b|\bMATCH_RECOGNIZE\b|\bGO\s*$|\bSET\s+\w+|\bSHOW\b"
    r"|\bEXPLAIN\b|\bVACUUM\b|\bANALYZE\b|\bGRANT\b|\bREVOKE\b|\bLOAD\s+DATA\b|\bOUTFILE\b|\bIF\s|\bWHILE\b|\bLOOP\b|\bRAISE\b|\bPRINT\b"
    r"|\bPARTITION(?:ED)?\b|\bPOLICY\b|\bEXTENSION\b|\bSEQUENCE\b|\bDOMAIN\b|\bCOMMENT\b|\bLOCK\b|\bRENAME\b|\bMODIFY\b|\bCHANGE\b"
    r"|\bGENERATED\b|\bCOLLATE\b|\bWITH\s*\(|\bFORMAT\b|\bSTRUCT\b|\bARRAY\b|\bUNNEST\b|\bMAP\b|\bGLOB\b|\bREGEXP\b|\bRLIKE\b|\bSIMILAR\b|\bATTACH\b"
    r"|\bSAVEPOINT\b|\bROLLBACK\b|\bSTART\s+TRANSACTION\b|\bAT\s+TIME\s+ZONE\b|\bWITHIN\s+GROUP\b|\bSEPARATOR\b|\bSTRAIGHT_JOIN\b|\bDUAL\b"
    r"|\bMINUS\b|\(\+\)|:=|\[\w+[\w ]*\]|->|::|#>|@>|~\*?\s*'|^\s*[\\.]\w+|\bUSER\b|\bROLE\b|\bDATABASE\b|\bSCHEMA\b"
    r"|\bCURSOR\b|\bOFFSET\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Words and signs of PostgreSQL, MySQL, SQL Server, Oracle and SQLite that a common grammar may not know."""
_NO_CODE = late(r"'(?:[^']|'')*'|\"[^\"\n]*\"|`[^`\n]*`|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_NEVER = late(
    r",\s*(?:FROM|WHERE|GROUP\s+BY|ORDER\s+BY|HAVING|LIMIT)\b|,\s*(?:\)|;|\Z)"
    r"|\bFROM\s+(?:WHERE|GROUP\s+BY|ORDER\s+BY|HAVING|LIMIT|;)|\bWHERE\s*(?:GROUP\s+BY|ORDER\s+BY|HAVING|LIMIT|;|\Z)"
    r"|\bSELECT\s+FROM\b|\b(?:AND|OR)\s*(?:;|\)|GROUP\s+BY|ORDER\s+BY|\Z)|=\s*(?:;|\)|AND\b|OR\b|\Z)"
    r"|\b(?:SELCT|SELEC|SLECT|FORM|WEHRE|WHER|GROUPBY|ORDERBY|INSER|UPDAT|DELET|VALEUS|JION)\s+\w",
    re.IGNORECASE,
)


_LOST = late(
    r",\s*(?:FROM|WHERE|GROUP\s+BY|ORDER\s+BY|HAVING)\b|\bFROM\s+(?:WHERE|GROUP\s+BY|ORDER\s+BY|HAVING)\b"
    r"|\bWHERE\s+(?:GROUP\s+BY|ORDER\s+BY|HAVING)\b|=\s*(?:WHERE|GROUP\s+BY|ORDER\s+BY)\b",
    re.IGNORECASE,
)


def may_be_right(statement: str) -> bool:
    """Whether a statement that a common grammar refuses has words of a dialect, and nothing that none takes."""
    if not _BEYOND.search(statement):
        return False
    bare = _bare(statement)
    return "'" not in bare and bare.count("(") == bare.count(")") and _NEVER.search(bare) is None


def lost(statement: str) -> int | None:
    """Where a clause is missing or a comma stands before the next one: a common grammar lets some of these pass."""
    match = _LOST.search(_bare(statement))
    return match.start() if match else None


def _bare(statement: str) -> str:
    """The statement with comments blank and strings as one letter, character for character."""
    return _NO_CODE.sub(lambda match: _blank(match[0]), statement)


def _blank(part: str) -> str:
    if part.startswith(("--", "/*")):
        return re.sub(r"[^\n]", " ", part)
    return "x".ljust(len(part))
