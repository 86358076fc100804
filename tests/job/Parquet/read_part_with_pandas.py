"""Prints as one line of JSON what pandas makes of a part: read_part_with_pandas.py PART."""
import json
import sys

import pandas
import pyarrow.parquet

schema = pyarrow.parquet.read_schema(sys.argv[1])
part = pandas.read_parquet(sys.argv[1])
row = part[part.image.str.contains(" 00007 ")].iloc[0]
print(json.dumps({
    "schema": " ".join(f"{column.name}:{column.type}" for column in schema),
    "rows": len(part),
    "sum": float(sum(values.astype("float64").sum() for values in part.features)),
    "texts": [row.image, row.label],
    "values": [float(value) for value in row.features],
}))
