using CredHelper.Errors;

namespace CredHelper.Doctor;

/// <summary>What kind of thing a finding is about.</summary>
internal enum SubjectKind
{
    /// <summary>The home directory of the client.</summary>
    Home,

    /// <summary>The environment of the runner manager.</summary>
    ManagerEnvironment,

    /// <summary>A credential helper, by its name in a docker configuration.</summary>
    Helper,

    /// <summary>A docker configuration, by its title.</summary>
    Source,

    /// <summary>A key of a docker configuration.</summary>
    Entry,

    /// <summary>The program's own settings.</summary>
    Settings,

    /// <summary>The region that credsStore needs.</summary>
    StoreRegion,

    /// <summary>Getting a token with an AWS identity, by the registry's host.</summary>
    Token,

    /// <summary>The registry itself, by its host.</summary>
    Registry,

    /// <summary>The clock of this machine.</summary>
    Clock,

    /// <summary>The network path to the hosts of one operator.</summary>
    Network,

    /// <summary>The proxy.</summary>
    Proxy,

    /// <summary>The trusted certificates.</summary>
    Certificates,

    /// <summary>A single failure, identified by its message.</summary>
    Failure,
}

/// <summary>
/// Something that works or does not. A finding names the subjects that it is about and those that it depends on; a
/// failure that depends on the subject of another failure follows from it.
/// </summary>
internal sealed record Subject(SubjectKind Kind, string Name = "")
{
    /// <summary>The network to AWS.</summary>
    public const string Aws = "AWS";

    public static Subject Helper(string name) => new(SubjectKind.Helper, name);

    public static Subject Source(string title) => new(SubjectKind.Source, title);

    public static Subject Entry(string title, string key) => new(SubjectKind.Entry, $"{key} in {title}");

    public static Subject Token(string host) => new(SubjectKind.Token, host);

    /// <summary>The subjects that a failure shares with others of the same cause.</summary>
    /// <param name="network">The operator of the hosts that could not be reached.</param>
    public static IEnumerable<Subject> Of(HelperException failure, string network = Aws)
    {
        yield return new Subject(SubjectKind.Failure, failure.Message);
        Subject? shared = failure.Kind switch
        {
            FailureKind.Proxy => new Subject(SubjectKind.Proxy),
            FailureKind.Tls => new Subject(SubjectKind.Certificates),
            FailureKind.Unreachable or FailureKind.Timeout => new Subject(SubjectKind.Network, network),
            _ => null,
        };
        if (shared is not null)
            yield return shared;
    }

    /// <summary>The subjects that a failure depends on and that have their own checks.</summary>
    public static IEnumerable<Subject> Below(HelperException failure)
    {
        if (failure.Kind == FailureKind.ClockSkew)
            yield return new Subject(SubjectKind.Clock);
        if (failure.IsWithoutIdentity)
        {
            yield return new Subject(SubjectKind.ManagerEnvironment);
            yield return new Subject(SubjectKind.Home);
        }
    }
}
