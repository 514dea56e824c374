namespace CredHelper.Release;

/// <summary>One run of the release program: builds or collects the programs, and packs them.</summary>
internal sealed class Making(Options options)
{
    public void Run()
    {
        if (!options.Snapshot && !options.BuildOnly)
        {
            RequireKeys();
        }
        var project = options.BuildOnly ? null : ReadProject();
        // Files of an earlier run would become part of the release.
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
        new Packing(options, source, project).Run(programs);
    }

    private void RequireKeys()
    {
        if (options.MinisignKey is null)
        {
            throw new ReleaseException(
                "a release is signed: RELEASE_MINISIGN_KEY names no key file (--snapshot does without)"
            );
        }
        if (options.OpenPgpKey is null)
        {
            throw new ReleaseException(
                "a release is signed: RELEASE_GPG_KEY names no OpenPGP key (--snapshot does without)"
            );
        }
        if (Repositories.Obstacle() is { } obstacle)
        {
            throw new ReleaseException($"the apt and dnf repositories: {obstacle}");
        }
    }

    // A snapshot may have no owner yet; then everything that tells users where to find the project is left out.
    private Project? ReadProject()
    {
        try
        {
            return Project.Read(File.ReadAllText("Directory.Build.props"), options.Properties);
        }
        catch (ReleaseException exception) when (options.Snapshot && options.Properties.Count == 0)
        {
            Console.WriteLine($"left out all that names the project: {exception.Message}");
            return null;
        }
    }

    private Built? Find(Target target, Source source)
    {
        var built = options.BuildOnly ? options.Output : Path.GetFullPath(Path.Combine("artifacts", "release"));
        var directory = Path.Combine(options.From ?? built, target.Name);
        var path = Path.Combine(directory, target.FileName);
        if (Obstacle(target, path) is { } obstacle)
        {
            // Programs collected for a release must be complete.
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

    // A pipeline's artifact may have lost the mode of the file, and the completions are printed by the program.
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
}

/// <summary>The program of a target.</summary>
internal sealed record Built(Target Target, string Path, byte[] Content);
