namespace CredHelper.Release;

/// <summary>The options of the command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        usage: publish [--snapshot] [--target NAME[,NAME]]... [--from DIRECTORY | --build-only] [--skip-tests]
                       [--property NAME=VALUE]... [--output DIRECTORY] [--repository DIRECTORY] [--list]
        """;

    public bool Snapshot { get; private init; }

    public bool SkipTests { get; private init; }

    /// <summary>
    /// Whether nothing is packed: OUTPUT is then a directory that another machine's <see cref="From"/> collects.
    /// </summary>
    public bool BuildOnly { get; private init; }

    public bool List { get; private init; }

    public string Output { get; private init; } = Path.GetFullPath("dist");

    /// <summary>
    /// The directory with programs of other machines, as TARGET/FILE; null if they are published here.
    /// </summary>
    public string? From { get; private init; }

    /// <summary>Values for <see cref="Project"/> that take precedence over those of Directory.Build.props.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; private init; } = new Dictionary<string, string>();

    /// <summary>
    /// The gpg name of the key that signs repositories, packages and checksums; null for no repositories.
    /// </summary>
    public string? OpenPgpKey { get; } =
        Environment.GetEnvironmentVariable("RELEASE_GPG_KEY") is { Length: > 0 } key ? key : null;

    /// <summary>The file of the secret key for minisign signatures of the checksums; null for none.</summary>
    public string? MinisignKey { get; } =
        Environment.GetEnvironmentVariable("RELEASE_MINISIGN_KEY") is { Length: > 0 } key
            ? Path.GetFullPath(key)
            : null;

    public string Repository { get; private init; } = Path.GetFullPath(".");

    public IReadOnlyList<Target> Targets { get; private init; } = Target.All;

    /// <summary>Whether targets were given by name, so that none may be skipped.</summary>
    public bool Asked { get; private init; }

    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--snapshot" => options with { Snapshot = true },
                "--skip-tests" => options with { SkipTests = true },
                "--build-only" => options with { BuildOnly = true },
                "--list" => options with { List = true },
                _ when i + 1 == arguments.Count => throw new ReleaseException(Usage),
                "--output" => options with { Output = Path.GetFullPath(arguments[++i]) },
                "--from" => options with { From = Path.GetFullPath(arguments[++i]) },
                "--repository" => options with { Repository = Path.GetFullPath(arguments[++i]) },
                "--target" => options.With(arguments[++i]),
                "--property" => options.WithProperty(arguments[++i].Split('=', 2)),
                _ => throw new ReleaseException(Usage),
            };
        }
        return options.BuildOnly && options.From is not null ? throw new ReleaseException(Usage) : options;
    }

    private Options WithProperty(string[] property) =>
        property is [var name, var value]
            ? this with
            {
                Properties = new Dictionary<string, string>(Properties) { [name] = value },
            }
            : throw new ReleaseException(Usage);

    private Options With(string names)
    {
        var added = names
            .Split(',')
            .Select(name =>
                Array.Find(Target.All, target => target.Name == name)
                ?? throw new ReleaseException(
                    $"no target {name}; there are {string.Join(", ", Target.All.Select(target => target.Name))}"
                )
            );
        var before = Asked ? Targets : [];
        return this with { Asked = true, Targets = [.. before.Concat(added).Distinct()] };
    }
}
