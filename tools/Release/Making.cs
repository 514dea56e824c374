using System.Security.Cryptography;

namespace CredHelper.Release;

/// <summary>One run: the programs, what is packed of them, checksums, signature.</summary>
internal sealed class Making(Options options)
{
    private readonly List<string> _made = [];

    public void Run()
    {
        if (!options.Snapshot && !options.BuildOnly && options.Key is null)
        {
            throw new ReleaseException(
                "a release is signed: RELEASE_MINISIGN_KEY names no key file (--snapshot does without)"
            );
        }
        // What an earlier run has left would be taken for part of the release.
        if (
            !options.Snapshot
            && Directory.Exists(options.Output)
            && Directory.EnumerateFileSystemEntries(options.Output).Any()
        )
        {
            throw new ReleaseException($"{options.Output} is not empty");
        }
        var source = Source.Read(options.Snapshot);
        if (!options.SkipTests && !options.BuildOnly)
        {
            Tool.Read("bash", "scripts/test.sh");
        }
        Directory.CreateDirectory(options.Output);
        var programs = options.Targets.Select(target => Find(target, source)).OfType<Built>().ToList();
        if (programs.Count == 0)
        {
            throw new ReleaseException("nothing to release");
        }
        if (options.BuildOnly)
        {
            programs.ForEach(program => Console.WriteLine(program.Path));
            return;
        }
        var completions = Completions(programs);
        programs.ForEach(program => Pack(program, source, completions));
        var notes = Add("RELEASE-NOTES.md");
        File.WriteAllText(notes, Notes.Cut(File.ReadAllText("CHANGELOG.md"), source.Released));
        Sign(source);
    }

    private string Add(string name)
    {
        var path = Path.Combine(options.Output, name);
        _made.Add(path);
        Console.WriteLine(path);
        return path;
    }

    private Built? Find(Target target, Source source)
    {
        var built = options.BuildOnly ? options.Output : Path.GetFullPath(Path.Combine("artifacts", "release"));
        var directory = Path.Combine(options.From ?? built, target.Name);
        var path = Path.Combine(directory, target.FileName);
        if (Obstacle(target, path) is { } obstacle)
        {
            // What was gathered for a release is all of it.
            var isWanted = options.Asked || (options.From is not null && !options.Snapshot);
            return isWanted ? throw new ReleaseException($"{target.Name}: {obstacle}") : Skip(target, obstacle);
        }
        if (options.From is null)
        {
            Publish(target, source, directory);
        }
        else
        {
            MakeExecutable(path);
        }
        var content = File.ReadAllBytes(path);
        if (!source.IsIn(content))
        {
            var complaint = $"{target.Name}: {path} is not version {source.Version}+{source.Commit}";
            Console.WriteLine(options.Snapshot ? complaint : throw new ReleaseException(complaint));
        }
        return new(target, path, content);
    }

    private string? Obstacle(Target target, string path)
    {
        if (options.From is null)
            return target.Obstacle();
        return File.Exists(path) ? null : $"there is no {path}";
    }

    private static void Publish(Target target, Source source, string directory)
    {
        Tool.Read(
            "dotnet",
            "publish",
            "src/CredHelper",
            "-c",
            "Release",
            "-r",
            target.Rid,
            "-o",
            directory,
            "-v",
            "q",
            "--nologo",
            $"-p:Version={source.Version}",
            $"-p:StaticExecutable={(target.Static ? "true" : "false")}"
        );
        LinkedPackages.Write(target, directory);
    }

    // A pipeline's archive may have lost its mode on the way from another machine, and completions are asked of the
    // program.
    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
        }
    }

    private static Built? Skip(Target target, string obstacle)
    {
        Console.WriteLine($"left out {target.Name}: {obstacle}");
        return null;
    }

    private void Pack(Built program, Source source, Dictionary<string, byte[]> completions)
    {
        const string LockFile = "src/CredHelper/packages.lock.json";
        var target = program.Target;
        var components = Dependencies
            .Read(LockFile, Dependencies.Folder)
            .Concat(Linked.Read(program, Dependencies.Compiler(LockFile), Dependencies.Folder))
            .ToList();
        var notices = Notices.Write(components, "tools/Release/Licenses");
        // The README with all that it links to.
        var files = Tool.Read("git", "ls-files", "LICENSE", "*.md", "docs")
            .Split('\n')
            .Where(file => file.StartsWith("docs/", StringComparison.Ordinal) || !file.Contains('/'))
            .ToDictionary(file => file, File.ReadAllBytes);
        files[target.FileName] = program.Content;
        files["THIRD-PARTY-NOTICES.txt"] = notices;
        files[$"{Installed.Name}.1"] = File.ReadAllBytes($"docs/{Installed.Name}.1");
        foreach (var (shell, script) in completions)
        {
            files[$"completions/{Installed.Name}.{shell}"] = script;
        }
        var folder = $"{Installed.Name}-{source.Version}-{target.Name}";
        Archive.Write(
            Add(folder + (target.IsWindows ? ".zip" : ".tar.gz")),
            folder,
            files,
            target.FileName,
            source.Time
        );
        File.WriteAllBytes(Add(folder + ".spdx.json"), Sbom.Write(source, program, components));
        if (target.HasPackages)
        {
            PackForDistributions(program, source, notices, completions);
        }
    }

    private void PackForDistributions(
        Built program,
        Source source,
        byte[] notices,
        Dictionary<string, byte[]> completions
    )
    {
        var target = program.Target;
        File.WriteAllBytes(
            Add($"{Installed.Name}_{Deb.Version(source.Version)}_{Deb.Architecture(target)}.deb"),
            Deb.Write(target, source.Version, Installed.Files(program, notices, completions, Deb.Zsh), source.Time)
        );
        if (Rpm.Obstacle() is { } obstacle)
        {
            Console.WriteLine(
                options.Snapshot
                    ? $"left out the .rpm of {target.Name}: {obstacle}"
                    : throw new ReleaseException($"the .rpm of {target.Name}: {obstacle}")
            );
            return;
        }
        Rpm.Write(
            Add(Rpm.FileName(target, source.Version)),
            target,
            source.Version,
            Installed.Files(program, notices, completions, Rpm.Zsh),
            source.Time
        );
    }

    // Packages hold what a program prints, and only one for this machine prints it.
    private static Dictionary<string, byte[]> Completions(List<Built> programs)
    {
        if (programs.Find(program => program.Target.RunsHere) is { } one)
        {
            return Installed.Completions(one);
        }
        if (programs.Exists(program => program.Target.HasPackages))
        {
            Console.WriteLine("packages are without completions: no program is for this machine");
        }
        return [];
    }

    private void Sign(Source source)
    {
        var sums = Path.Combine(options.Output, "SHA256SUMS");
        File.WriteAllText(
            sums,
            string.Concat(
                _made
                    .Order(StringComparer.Ordinal)
                    .Select(path =>
                        $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  "
                        + $"{Path.GetFileName(path)}\n"
                    )
            )
        );
        // That of an earlier run would be about other bytes.
        File.Delete(sums + ".minisig");
        if (options.Key is null)
        {
            Console.WriteLine("SHA256SUMS is not signed: RELEASE_MINISIGN_KEY names no key file");
            return;
        }
        // minisign asks for the password of a key that has one.
        var password = Environment.GetEnvironmentVariable("RELEASE_MINISIGN_PASSWORD");
        Tool.Feed(
            string.IsNullOrEmpty(password) ? "" : password + "\n",
            "minisign",
            "-S",
            "-s",
            options.Key,
            "-m",
            sums,
            "-t",
            $"{Installed.Name} {source.Version}"
        );
    }
}

/// <summary>A target's program.</summary>
internal sealed record Built(Target Target, string Path, byte[] Content);
