"""Applies one mutation after the other to a copy of the sources and runs the test that should notice it.

A mutation is a file beside this one: lines `promise:`, `file:` and `caught-by:` (`scenario TOPIC/NAME` or `unit CLASS` or
`unit CLASS.METHOD`, several with commas), then `replace:` and `with:` with the text before and after.
"""
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
UNIT = "tests/CredHelper.Tests"
SCENARIOS = "tests/CredHelper.Scenarios"
LONGEST_TEST = 300


class Mutation:
    def __init__(self, path):
        self.name = path.stem
        head, _, rest = path.read_text().partition("\nreplace:\n")
        before, _, after = rest.partition("\nwith:\n")
        fields = dict(re.findall(r"^([a-z-]+): (.*)$", head, re.M))
        self.promise = fields["promise"]
        self.file = fields["file"]
        self.tests = [tuple(test.strip().split(None, 1)) for test in fields["caught-by"].split(",")]
        self.before, self.after = before, after.removesuffix("\n")

    def apply(self, root):
        path = root / self.file
        text = path.read_text()
        if text.count(self.before) != 1:
            raise ValueError(f"the text to replace occurs {text.count(self.before)} times in {self.file}")
        path.write_text(text.replace(self.before, self.after))
        return lambda: path.write_text(text)


def run(root, *command):
    environment = dict(os.environ, DOTNET_CLI_USE_MSBUILDNOINPROCNODE="1", MSBUILDDISABLENODEREUSE="1")
    environment["CREDHELPER_BINARY"] = str(root / "src/CredHelper/bin/Debug/net10.0/docker-credential-ecr-login")
    try:
        ended = subprocess.run(
            command, cwd=root, env=environment, stdin=subprocess.DEVNULL, timeout=LONGEST_TEST,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )
    except subprocess.TimeoutExpired as expired:
        return 124, str(expired)
    return ended.returncode, ended.stdout


def build(root, project):
    code, output = run(root, "dotnet", "build", project, "-v", "q", "--nologo", "-p:RunAnalyzers=false")
    if code != 0:
        raise ValueError("it does not build:\n" + "\n".join(re.findall(r".*error.*", output)[:3]))


def test(root, kind, name):
    """Whether the test passes; a test that is missing, skipped or not run is an error."""
    if kind == "unit":
        is_method = name.rpartition(".")[2][:1].isupper() and not name.endswith("Tests")
        select = ["-method" if is_method else "-class", name if "." in name else f"*.{name}"]
        project = UNIT
    else:
        select = ["-preEnumerateTheories", "-displayName", f"{name}(*"]
        project = SCENARIOS
    library = f"{project}/bin/Debug/net10.0/{pathlib.Path(project).name}.dll"
    code, output = run(root, "dotnet", library, "-noColor", *select)
    total = re.search(r"Total: (\d+), Errors: \d+, Failed: \d+, Skipped: (\d+)", output)
    if total is None and code != 124:
        raise ValueError(f"{name} cannot be run:\n{output[-400:]}")
    if total is not None and total[1] == total[2]:
        raise ValueError(f"{name} is missing or was skipped")
    return code == 0


def main(root, wanted):
    mutations = [Mutation(path) for path in sorted(HERE.glob("*.txt")) if not wanted or path.stem in wanted]
    if wanted and len(mutations) != len(set(wanted)):
        sys.exit("mutations.sh: no such mutation; the names are those of the files in scripts/mutations")
    failed = 0

    def tell(problem, name, promise):
        nonlocal failed
        failed += problem is not None
        print(f"ok    {name}: {promise}" if problem is None else f"FAIL  {name}: {promise}\n      {problem}", flush=True)

    for project in (SCENARIOS, UNIT, "src/CredHelper"):
        build(root, project)
    # A test that fails anyway would notice everything.
    unsound = {}
    for kind, name in sorted({test for mutation in mutations for test in mutation.tests}):
        try:
            if not test(root, kind, name):
                unsound[kind, name] = f"{name} fails without a mutation"
        except ValueError as error:
            unsound[kind, name] = str(error)
    for mutation in mutations:
        problem = next((unsound[test] for test in mutation.tests if test in unsound), None)
        if problem is None:
            problem = try_out(root, mutation)
        tell(problem, mutation.name, mutation.promise)
    build(root, "src/CredHelper")
    print(f"{len(mutations) - failed} passed, {failed} failed, 0 skipped")
    return failed


def try_out(root, mutation):
    restore = None
    try:
        restore = mutation.apply(root)
        kinds = {kind for kind, _ in mutation.tests}
        for project in sorted({UNIT if kind == "unit" else "src/CredHelper" for kind in kinds}):
            build(root, project)
        survived = [name for kind, name in mutation.tests if test(root, kind, name)]
        return f"not noticed by {', '.join(survived)}" if len(survived) == len(mutation.tests) else None
    except ValueError as error:
        return str(error)
    finally:
        if restore is not None:
            restore()


sys.exit(1 if main(pathlib.Path(sys.argv[1]), sys.argv[2:]) else 0)
