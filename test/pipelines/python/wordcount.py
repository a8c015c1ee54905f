import sys


def count(text):
    return len(text.split())


def main():
    for name in sys.argv[1:]:
        with open(name) as file:
            print(name, count(file.read()))
