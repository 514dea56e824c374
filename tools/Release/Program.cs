using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using CredHelper.Release;

const string Usage = "usage: publish [--snapshot] [--target NAME[,NAME]]... [--skip-tests] [--output DIRECTORY] [--list]";
bool snapshot = false, skipTests = false, list = false;
var output = "dist";
var names = new List<string>();
try
{
    for (var i = 0; i < args.Length; i++)
    {
        switch (args[i])
        {
            case "--snapshot": snapshot = true; break;
            case "--skip-tests": skipTests = true; break;
            case "--list": list = true; break;
            case "--output" when i + 1 < args.Length: output = args[++i]; break;
            case "--target" when i + 1 < args.Length: names.AddRange(args[++i].Split(',')); break;
            default: throw new ReleaseException(Usage);
        }
    }
    if (names.Find(name => !Target.All.Any(target => target.Name == name)) is { } unknown)
    {
        throw new ReleaseException($"no target {unknown}; there are {string.Join(", ", Target.All.Select(target => target.Name))}");
    }
    var targets = Target.All.Where(target => names.Count == 0 || names.Contains(target.Name)).ToList();
    if (list)
    {
        targets.ForEach(target => Console.WriteLine($"{target.Name}: {target.Obstacle() ?? "can be built here"}"));
        return 0;
    }
    Make(targets);
    return 0;
}
catch (ReleaseException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

void Make(List<Target> targets)
{
    var key = Environment.GetEnvironmentVariable("RELEASE_MINISIGN_KEY");
    if (!snapshot && string.IsNullOrEmpty(key))
    {
        throw new ReleaseException("a release is signed: RELEASE_MINISIGN_KEY names no key file (--snapshot does without)");
    }
    if (!snapshot && Tool.Read("git", "status", "--porcelain").Length > 0)
    {
        throw new ReleaseException("the working tree differs from the commit");
    }
    var commit = Tool.Read("git", "rev-parse", "HEAD");
    var time = DateTimeOffset.FromUnixTimeSeconds(
        long.Parse(Tool.Read("git", "log", "-1", "--format=%ct"), CultureInfo.InvariantCulture));
    var released = XDocument.Load("Directory.Build.props").Descendants("Version").Single().Value;
    var version = snapshot ? $"{released}-snapshot.{commit[..12]}" : released;
    if (!skipTests)
    {
        Tool.Read("bash", "scripts/test.sh");
    }
    Directory.CreateDirectory(output);
    var notes = Path.Combine(output, "RELEASE-NOTES.md");
    File.WriteAllText(notes, Notes.Cut(File.ReadAllText("CHANGELOG.md"), released));
    var made = targets.Select(target => Pack(target, version, time, names.Count > 0)).OfType<string>().Append(notes);
    var sums = Path.Combine(output, "SHA256SUMS");
    File.WriteAllText(sums, string.Concat(made.Order(StringComparer.Ordinal)
        .Select(path => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  {Path.GetFileName(path)}\n")));
    if (string.IsNullOrEmpty(key))
    {
        Console.WriteLine("SHA256SUMS is not signed: RELEASE_MINISIGN_KEY names no key file");
        return;
    }
    Tool.Read("minisign", "-S", "-s", key, "-m", sums, "-t", $"docker-credential-ecr-login {version}");
}

string? Pack(Target target, string version, DateTimeOffset time, bool asked)
{
    if (target.Obstacle() is { } obstacle)
    {
        return asked ? throw new ReleaseException($"{target.Name}: {obstacle}") : Skip(target, obstacle);
    }
    var directory = Path.GetFullPath(Path.Combine("artifacts", "release", target.Name));
    Tool.Read("dotnet", "publish", "src/CredHelper", "-c", "Release", "-r", target.Rid, "-o", directory, "-v", "q", "--nologo",
        $"-p:Version={version}", $"-p:StaticExecutable={(target.Static ? "true" : "false")}");
    var files = new Dictionary<string, string>
    {
        [target.FileName] = Path.Combine(directory, target.FileName),
        ["LICENSE"] = "LICENSE",
        ["README.md"] = "README.md",
        ["CHANGELOG.md"] = "CHANGELOG.md",
        ["docker-credential-ecr-login.1"] = "docs/docker-credential-ecr-login.1",
    };
    var folder = $"docker-credential-ecr-login-{version}-{target.Name}";
    var path = Path.Combine(output, folder + (target.IsWindows ? ".zip" : ".tar.gz"));
    Archive.Write(path, folder, files, target.FileName, time);
    Console.WriteLine(path);
    return path;
}

static string? Skip(Target target, string obstacle)
{
    Console.WriteLine($"left out {target.Name}: {obstacle}");
    return null;
}
