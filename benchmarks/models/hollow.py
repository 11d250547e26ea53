"""Makes the benchmarks' models from exported ones: weights of two axes and more become zeros, which deflate to nothing.

    python tools/fixtures/zoo.py ZOO bench-resnet9 bench-gpt
    python benchmarks/models/hollow.py ZOO/bench-resnet9.pt2 benchmarks/models/resnet9.pt2

The benchmark draws them afresh; timings do not depend on their values.
"""

import json
import sys
import zipfile


def hollow(source, target):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        config = next(name for name in old.namelist() if name.endswith("/model_weights_config.json"))
        folder = config.rsplit("/", 1)[0]
        large = {
            f"{folder}/{entry['path_name']}"
            for entry in json.loads(old.read(config))["config"].values()
            if len(entry["tensor_meta"]["sizes"]) > 1
        }
        for name in old.namelist():
            data = old.read(name)
            info = zipfile.ZipInfo(name)  # the same bytes whenever it is run
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, bytes(len(data)) if name in large else data)


if __name__ == "__main__":
    hollow(sys.argv[1], sys.argv[2])
