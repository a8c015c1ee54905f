"""Writes dist/wordcount-1.0-py3-none-any.whl by hand: setuptools would have to be downloaded."""
import os
import zipfile

info = "wordcount-1.0.dist-info"
files = {
    "wordcount.py": open("wordcount.py").read(),
    f"{info}/METADATA": "Metadata-Version: 2.1\nName: wordcount\nVersion: 1.0\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    f"{info}/entry_points.txt": "[console_scripts]\nwordcount = wordcount:main\n",
}
files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
os.makedirs("dist", exist_ok=True)
with zipfile.ZipFile("dist/wordcount-1.0-py3-none-any.whl", "w") as wheel:
    for name, text in files.items():
        wheel.writestr(name, text)
