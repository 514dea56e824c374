using CredHelper.Editing;
using CredHelper.Setup;
using CsCheck;

namespace CredHelper.Tests.Setup;

/// <summary>Secrets anywhere in a file, valid or with one character gone or added, never stand in a diff.</summary>
public sealed class MaskingPropertyTests
{
    /// <summary>It repeats itself, so that half of it is found, too.</summary>
    private const string Secret = "Q7xW2Q7xW2Q7xW2Q7xW2Q7xW2Q7xW2Q7xW2Q7xW2",
        Part = "Q7xW2Q7xW2Q7xW2Q7";

    private static readonly string[] Json =
    [
        """  "auths": {"https://me:SECRET@gcr.io/v1/": {"auth": "SECRET", "identitytoken": "SECRET"}, "a.b": {}}""",
        """  "HttpHeaders": {"Authorization": "Bearer SECRET"}""",
        """  "proxies": {"default": {"httpProxy": "http://me:SECRET@proxy"}}""",
        """  "SECRET": [1, {"x": "SECRET"}, "SECRET", [["\"SECRET"]]]""",
        """  "credHelpers": {"gcr.io": "gcloud"}""",
        """  "credHelpers": {"gcr.io": ["SECRET"], "b.c": {"d": "SECRET"}}""",
        """  "credsStore": "pass" """,
        """  "éSECRET": "é𝄞SECRET\u00e9" """,
    ];

    private static readonly string[] Ini =
    [
        "[default]",
        "[profile a b]",
        "[SECRET]",
        "region = eu-west-1",
        "aws_secret_access_key = SECRET",
        "aws_session_token=SECRET==",
        "aws_session_token: SECRET==",
        "region = eu-west-1 ; SECRET",
        "s3 =\n  nested = SECRET\n\tSECRET",
        "# SECRET = SECRET",
        " ; SECRET",
        "SECRET",
        "SECRET = 1",
        "credential_process = /bin/x --password=SECRET",
        "a = b\rSECRET\r",
        "",
    ];

    private static readonly string[] Toml =
    [
        "[[runners]]",
        "[runners.docker]",
        "[SECRET]",
        "token = \"SECRET\"",
        "token = 'SECRET' # SECRET",
        "# SECRET",
        "script = \"\"\"\nexport A=SECRET\n\"SECRET\n\"\"\"",
        "other = '''SECRET\nSECRET\n'''",
        "environment = [\"A=SECRET\", 'B=\"SECRET\"', 'SECRET', 1] # SECRET",
        """environment = ['DOCKER_AUTH_CONFIG={"auths":{"r":{"auth":"SECRET"}},"credsStore":"pass"}']""",
        """environment = ["DOCKER_AUTH_CONFIG={\"auths\":{\"r\":{\"auth\":\"SECRET\"}},\"credsStore\":\"pass\"}"]""",
        """environment = ["DOCKER_AUTH_CONFIG={\"x\":\"SECRET\""]""",
        "volumes = ['/cache', '/SECRET:/x']",
        "table = { a = 'SECRET', b = { 'SECRET' = 'SECRET' } }",
        "'SECRET'.b = [[ 'SECRET', 12 ], { c = 'SECRET' } ]",
        "credential-helpers = ['pass']",
        "é = \"\\u00e9SECRET\"",
    ];

    private static readonly Gen<string> Newline = Gen.Bool.Select(isLong => isLong ? "\r\n" : "\n");

    /// <summary>Where a character goes (true) or comes, as a share of the length; null for neither.</summary>
    private static readonly Gen<(bool Goes, double Place, char Added)?> Fault = Gen.Select(
        Gen.Int[0, 2],
        Gen.Double[0, 1],
        OneOf.Const('"', '\'', '\n', '=', '#', '\\', '{', '[', ' ', ',', ':', ']', '}'),
        (kind, place, added) => kind == 0 ? ((bool, double, char)?)null : (kind == 1, place, added)
    );

    [Fact]
    public void NothingOfADockerConfig() =>
        Hold(Of(Json).Select(lines => $"{{\n{string.Join(",\n", lines)}\n}}\n"), Masking.DockerConfig);

    [Fact]
    public void NothingOfTheAwsConfiguration() => Hold(Joined(Ini), Masking.AwsConfig);

    [Fact]
    public void NothingOfTheRegistryConfiguration() => Hold(Joined(Ini), Masking.RegistryConfiguration);

    [Fact]
    public void NothingOfARunnersConfiguration() => Hold(Joined(Toml), Masking.RunnerConfig);

    [Fact]
    public void NothingOfPodmansRegistries() => Hold(Joined(Toml), Masking.PodmanHelpers);

    private static Gen<string[]> Of(string[] pieces) =>
        OneOf.Const(pieces).Select(piece => piece.Replace("SECRET", Secret, StringComparison.Ordinal)).Array[0, 7];

    private static Gen<string> Joined(string[] pieces) =>
        Gen.Select(Of(pieces), Newline, (lines, newline) => string.Concat(lines.Select(line => line + newline)));

    private static void Hold(Gen<string> documents, Func<string, MaskedText> mask) =>
        Gen.Select(documents, Fault)
            .Sample(
                (document, fault) =>
                {
                    string text = fault is { } one ? Broken(document, one.Goes, one.Place, one.Added) : document;
                    string[] lines = mask(text).Lines();
                    Assert.DoesNotContain(Part, string.Concat(lines), StringComparison.Ordinal);
                    Assert.Equal(text.Count(c => c == '\n'), lines.Count(line => line.EndsWith('\n')));
                },
                iter: 4_000
            );

    private static string Broken(string text, bool goes, double place, char added)
    {
        if (text.Length == 0)
            return text;
        int at = (int)(place * (text.Length - 1));
        return goes ? text.Remove(at, 1) : text.Insert(at, added.ToString());
    }
}
