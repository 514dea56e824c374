using System.Collections;
using System.Security.Cryptography;
using System.Text;

namespace CredHelper.Release;

/// <summary>
/// Packs the programs: archives, packages, repositories and an image, with their signatures and provenance.
/// </summary>
/// <param name="project">Null in a snapshot of a project without an owner.</param>
internal sealed class Packing(Options options, Source source, Project? project)
{
    private const string LockFile = "src/CredHelper/packages.lock.json";
    private const string PublishedPackages = "packages";

    private readonly Outputs _outputs = new(options.Output);
    private readonly OpenPgp? _openPgp = options.OpenPgpKey is { } key ? new(key) : null;
    private readonly Minisign? _minisign = options.MinisignKey is { } file ? new(file) : null;
    private readonly List<Download> _downloads = [];
    private readonly List<Package> _debs = [];
    private readonly List<Package> _rpms = [];
    private readonly List<Component> _components = [];

    public void Run(IReadOnlyList<Built> programs)
    {
        _openPgp?.Unlock();
        var completions = Completions(programs);
        var image = ImageOf(programs);
        var page = WriteKeysAndPage(image);
        foreach (var program in programs)
        {
            Pack(program, completions, page);
        }
        WriteRepositories();
        if (project is not null)
        {
            WriteManifests(project);
        }
        _outputs.Write("RELEASE-NOTES.md", Notes.Cut(File.ReadAllText("CHANGELOG.md"), source.Released));
        if (project is not null)
        {
            WriteProvenance(project, image);
        }
        const string Sums = "SHA256SUMS";
        File.WriteAllText(
            Path.Combine(options.Output, Sums),
            string.Concat(_outputs.Checksums().Select(file => $"{file.Hash}  {file.Name}\n"))
        );
        Sign(Sums);
    }

    private ContainerImage? ImageOf(IEnumerable<Built> programs)
    {
        var contained = programs.Where(program => program.Target.HasPackages).ToList();
        if (contained.Count == 0)
        {
            return null;
        }
        var image = ContainerImage.Write(source, project, contained);
        _outputs.Write($"{Installed.Name}-{source.Version}.oci.tar", image.Archive);
        return image;
    }

    // The page names the keys, so it is written only if all of them are available.
    private string? WriteKeysAndPage(ContainerImage? image)
    {
        var openPgp = _openPgp?.PublicKey();
        var minisign = _minisign?.PublicKey();
        if (openPgp is not null)
        {
            _outputs.Write($"{Installed.Name}.asc", openPgp);
        }
        if (minisign is not null)
        {
            _outputs.Write($"{Installed.Name}.pub", minisign);
        }
        if (project is null || openPgp is null || minisign is null)
        {
            Console.WriteLine($"{InstallPage.FileName} is left out: it needs an owner, a minisign and an OpenPGP key");
            return null;
        }
        var page = InstallPage.Fill(
            File.ReadAllText(InstallPage.Template),
            new Dictionary<string, string>
            {
                ["Version"] = source.Version,
                ["DownloadUrl"] = project.DownloadUrl,
                ["PackagesUrl"] = project.PackagesUrl,
                ["Image"] = $"{project.ContainerImage}:{source.Version}",
                ["ImageDigest"] = image?.Digest ?? "none",
                ["MinisignKey"] = Minisign.KeyOf(minisign),
                ["OpenPgpChecksum"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(openPgp))),
                ["WingetIdentifier"] = Winget.Identifier(project),
            }
        );
        _outputs.Write(InstallPage.FileName, page);
        return page;
    }

    private void Pack(Built program, Dictionary<string, byte[]> completions, string? page)
    {
        var target = program.Target;
        var components = Dependencies
            .Read(LockFile, Dependencies.Folder)
            .Concat(Linked.Read(program, Dependencies.Compiler(LockFile), Dependencies.Folder))
            .ToList();
        _components.AddRange(components);
        var notices = Notices.Write(components, "tools/Release/Licenses");
        // The README with all files that it links to.
        var files = Tool.Read("git", "ls-files", "LICENSE", "*.md", "docs")
            .Split('\n')
            .Where(file => file.StartsWith("docs/", StringComparison.Ordinal) || !file.Contains('/'))
            .ToDictionary(file => file, File.ReadAllBytes);
        if (page is not null)
        {
            files[InstallPage.Template] = Encoding.UTF8.GetBytes(page);
        }
        files[target.FileName] = program.Content;
        files["THIRD-PARTY-NOTICES.txt"] = notices;
        files[$"{Installed.Name}.1"] = File.ReadAllBytes($"docs/{Installed.Name}.1");
        foreach (var (shell, script) in completions)
        {
            files[$"completions/{Installed.Name}.{shell}"] = script;
        }
        var folder = $"{Installed.Name}-{source.Version}-{target.Name}";
        var archive = folder + (target.IsWindows ? ".zip" : ".tar.gz");
        Archive.Write(_outputs.Add(archive), folder, files, target.FileName, source.Time);
        _downloads.Add(new(target, archive, folder, _outputs.Hash(archive)));
        _outputs.Write(folder + ".spdx.json", Sbom.Write(source, program, components));
        if (target.HasPackages)
        {
            PackForDistributions(program, notices, completions);
        }
    }

    private void PackForDistributions(Built program, byte[] notices, Dictionary<string, byte[]> completions)
    {
        var target = program.Target;
        var deb = _outputs.Add($"{Installed.Name}_{Deb.Version(source.Version)}_{Deb.Architecture(target)}.deb");
        var files = Installed.Files(program, notices, completions, Deb.Zsh);
        File.WriteAllBytes(deb, Deb.Write(target, source, project, files, Installed.AfterRemoval()));
        _debs.Add(new(target, deb));
        if (Rpm.Obstacle() is { } obstacle)
        {
            Console.WriteLine(
                options.Snapshot
                    ? $"left out the .rpm of {target.Name}: {obstacle}"
                    : throw new ReleaseException($"the .rpm of {target.Name}: {obstacle}")
            );
            return;
        }
        var rpm = _outputs.Add(Rpm.FileName(target, source.Version));
        files = Installed.Files(program, notices, completions, Rpm.Zsh);
        Rpm.Write(rpm, target, source, project, files, Installed.AfterRemoval());
        _openPgp?.SignPackage(rpm);
        _rpms.Add(new(target, rpm));
    }

    // Packages contain completions, which only a program for this machine can print.
    private static Dictionary<string, byte[]> Completions(IReadOnlyList<Built> programs)
    {
        if (programs.FirstOrDefault(program => program.Target.RunsHere) is { } one)
        {
            return Installed.Completions(one);
        }
        if (programs.Any(program => program.Target.HasPackages))
        {
            Console.WriteLine("packages are without completions: no program is for this machine");
        }
        return [];
    }

    private void WriteRepositories()
    {
        var root = Path.Combine(options.Output, PublishedPackages);
        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }
        if (_openPgp is null || _debs.Count == 0)
        {
            Console.WriteLine("left out the apt and dnf repositories: no packages, or no key in RELEASE_GPG_KEY");
            return;
        }
        if (Repositories.Obstacle() is { } obstacle)
        {
            throw new ReleaseException($"the apt and dnf repositories: {obstacle}");
        }
        Repositories.WriteApt(Path.Combine(root, "apt"), _debs, _openPgp);
        Repositories.WriteDnf(Path.Combine(root, "dnf"), _rpms, _openPgp, source.Time);
        File.WriteAllText(Path.Combine(root, $"{Installed.Name}.asc"), _openPgp.PublicKey());
        Console.WriteLine(root);
    }

    private void WriteManifests(Project owned)
    {
        var brewed = _downloads.Where(Homebrew.IsFor).ToList();
        if (brewed.Count > 0)
        {
            _outputs.Write(Homebrew.FileName, Homebrew.Write(source, owned, brewed));
        }
        if (_downloads.Find(download => download.Target.IsWindows) is { } windows)
        {
            _outputs.Write(Scoop.FileName, Scoop.Write(source, owned, windows));
            foreach (var (name, text) in Winget.Write(source, owned, windows))
            {
                _outputs.Write(name, text);
            }
        }
    }

    private void WriteProvenance(Project owned, ContainerImage? image)
    {
        var subjects = _outputs.Checksums();
        if (image is not null)
        {
            subjects.Add((owned.ContainerImage, image.Digest["sha256:".Length..]));
        }
        var environment = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!);
        var name = Provenance.FileName(source);
        _outputs.Write(name, Provenance.Write(source, owned, subjects, _components, environment));
        Sign(name);
    }

    private void Sign(string name)
    {
        var path = Path.Combine(options.Output, name);
        // Signatures of an earlier run would be for other bytes.
        File.Delete(path + ".minisig");
        File.Delete(path + ".asc");
        if (_minisign is null)
        {
            Console.WriteLine($"{name} is not signed: RELEASE_MINISIGN_KEY names no key file");
        }
        _minisign?.SignBeside(path, $"{Installed.Name} {source.Version}");
        _openPgp?.SignBeside(path, path + ".asc");
    }
}
