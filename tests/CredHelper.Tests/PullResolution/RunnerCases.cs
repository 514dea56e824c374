namespace CredHelper.Tests.PullResolution;

/// <summary>A pull and how GitLab Runner resolves it.</summary>
/// <param name="Expected"><c>SOURCE KEY</c> of the credentials used (<c>var</c>, <c>home</c>, <c>job</c>), with
/// <c>(empty)</c> if the entry contains none; <c>none</c>, or <c>fatal</c>.</param>
/// <param name="Dropped">Sources that the runner ignores completely.</param>
internal sealed record RunnerCase(
    string Image,
    string? Variable,
    string? Home,
    string Expected,
    string Dropped = "",
    string? Payload = null
);

/// <summary>
/// Cases for section 3 of docs/reference/protocol.md, line by line. E is an ECR host. Helpers: <c>good</c> has
/// credentials for everything and lists https://E, <c>nf</c> has no credentials, <c>fails</c> fails, <c>gone</c> is not
/// installed, <c>empty</c> returns an empty secret, <c>half</c> lists E and another host, for which it fails.
/// </summary>
internal static class RunnerCases
{
    private const string Login = """{"auth":"dXNlcjpwYXNz"}""";

    public static readonly RunnerCase[] All =
    [
        // 3.1: the sources and their order
        new("E/app", null, null, "none"),
        new("E/app", Auths("E"), null, "var E"),
        new("E/app", null, Auths("E"), "home E"),
        new("E/app", null, null, "job E", Payload: "E"),
        new("E/app", Auths("E"), Auths("E"), "var E"),
        new("E/app", null, Auths("E"), "home E", Payload: "E"),
        new("E/app", Auths("E"), Auths("E"), "var E", Payload: "E"),
        new("E/app", Auths("other"), Auths("E"), "home E"),
        new("E/app", Auths("other"), Auths("another"), "job E", Payload: "E"),
        // the longest path is used, whatever its source
        new("E/team/app:1", Auths("E"), Auths("E/team"), "home E/team"),
        new("E/team/app:1", Auths("E"), Auths("E/team"), "job E/team/app", Payload: "E/team/app"),
        new("E/team/app:1", Auths("E/team"), Auths("E/team"), "var E/team"),
        new("E/team/app:1", Auths("E/tea"), null, "none"),
        new("E/team/app:1", Auths("E/team/app"), null, "var E/team/app"),
        new("E/team/app", Auths("E/team/app/deeper"), null, "none"),
        new("E/team/app", Auths("E", "E/team", "E/team/app"), null, "var E/team/app"),
        // 3.2: an empty variable overrides the one below it and is not a source
        new("E/app", "", Auths("E"), "home E"),
        new("E/app", "  ", Auths("E"), "home E"),
        new("E/app", "{}", Auths("E"), "home E"),
        new("E/app", """{"auths":{}}""", Auths("E"), "home E"),
        new("E/app", """{"auths":null}""", Auths("E"), "home E"),
        // 3.4: images
        new("nginx", Auths("docker.io"), null, "var docker.io"),
        new("nginx:1.25", Auths("docker.io"), null, "var docker.io"),
        new("library/nginx", Auths("docker.io"), null, "var docker.io"),
        new("docker.io/library/nginx", Auths("docker.io"), null, "var docker.io"),
        new("index.docker.io/library/nginx", Auths("docker.io"), null, "var docker.io"),
        new("nginx", Auths("https://index.docker.io/v1/"), null, "var https://index.docker.io/v1/"),
        new("team/app", Auths("docker.io/team"), null, "var docker.io/team"),
        new("nginx", Auths("index.docker.io"), null, "none"),
        new("localhost/app", Auths("localhost"), null, "var localhost"),
        new("localhost:5000/app:1", Auths("localhost:5000"), null, "var localhost:5000"),
        new("r.example:5000/app:1", Auths("r.example:5000"), null, "var r.example:5000"),
        new("r.example:5000/app:1", Auths("r.example"), null, "none"),
        new("r.example/app:1", Auths("r.example:443"), null, "none"),
        new("E/app:1.0", Auths("E/app"), null, "var E/app"),
        new("E/app@sha256:abcd", Auths("E/app"), null, "none"),
        new("E/app@sha256:abcd", Auths("E"), null, "var E"),
        new("E/team/app@sha256:abcd", Auths("E/team"), null, "var E/team"),
        new("E/app:1@sha256:abcd", Auths("E/app"), null, "var E/app"),
        // keys
        new("E/app", Auths("https://E"), null, "var https://E"),
        new("E/app", Auths("https://E/v1/"), null, "var https://E/v1/"),
        new("E/app", Auths("http://E/team"), null, "var http://E/team"),
        new("E/team/app", Auths("https://E/other"), null, "var https://E/other"),
        new("E/app", Auths("E/"), null, "var E/"),
        new("E/app", Auths("E/app:1"), null, "var E/app:1"),
        new("R.Example/App", Auths("r.example/App"), null, "var r.example/App"),
        new("r.example/App", Auths("R.EXAMPLE/App"), null, "var R.EXAMPLE/App"),
        new("r.example/App", Auths("r.example/app"), null, "none"),
        new("E/app", Auths("HTTPS://E"), null, "var HTTPS://E"),
        // 3.5: helpers over the store over the static ones
        new("E/app", null, Helpers("E", "good"), "home E"),
        new("E/app", Helpers("E", "good"), Auths("E"), "var E"),
        new("E/app", null, Store("good"), "home https://E"),
        new("E/app", null, Store("nf"), "none"),
        new("other/app", null, Store("good"), "none"),
        new("E/app", null, """{"credsStore":"good","credHelpers":{"E/app":"good"}}""", "home E/app"),
        new("E/app", null, """{"auths":{"E":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"E":"good"}}""", "home E"),
        new("E/app", null, Helpers("E", "empty"), "home E (empty)"),
        // 3.6: "not found" removes that registry only, with a static entry of the same key; any other failure removes
        // the whole source
        new("E/app", null, Helpers("E", "nf"), "none"),
        new("E/app", Helpers("E", "nf"), Auths("E"), "home E"),
        new("E/app", null, """{"auths":{"E":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"E":"nf"}}""", "none"),
        new(
            "r.example/app",
            null,
            """{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"E":"nf"}}""",
            "home r.example"
        ),
        new(
            "r.example/app",
            null,
            """{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"E":"fails"}}""",
            "none",
            "home"
        ),
        new(
            "r.example/app",
            null,
            """{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"E":"gone"}}""",
            "none",
            "home"
        ),
        new(
            "r.example/app",
            """{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"E":"gone"}}""",
            Auths("r.example"),
            "home r.example",
            "var"
        ),
        new(
            "r.example/app",
            null,
            """{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}},"credsStore":"gone"}""",
            "none",
            "home"
        ),
        new("E/app", null, Store("half"), "none", "home"),
        new(
            "r.example/app",
            null,
            """{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"},"x":{"auth":"%%%"}}}""",
            "job r.example",
            "home",
            Payload: "r.example"
        ),
        new(
            "r.example/app",
            null,
            """{"auths":{"x":{"auth":"bm9jb2xvbg=="},"r.example":{"auth":"dXNlcjpwYXNz"}}}""",
            "none",
            "home"
        ),
        new("E/app", "{nonsense", Auths("E"), "home E", "var"),
        new("E/app", "[]", Auths("E"), "home E", "var"),
        new("E/app", null, "{\"auths\":[]}", "none", "home"),
        // 3.7: names that fail the job, and the store that an empty entry hides
        new("E/app", null, Helpers("E", "/usr/bin/good"), "fatal"),
        new("E/app", null, Helpers("E", "../good"), "fatal"),
        new("E/app", null, Helpers("E", ""), "fatal"),
        new("E/app", Helpers("x", "a/b"), Auths("E"), "fatal"),
        new("E/app", null, Store("a/b"), "fatal"),
        new("E/app", null, """{"auths":{"E":{}},"credsStore":"good"}""", "home E (empty)"),
        new("E/app", null, """{"auths":{"https://E":{}},"credsStore":"good"}""", "home https://E"),
        new("E/app", null, """{"auths":{"E":{}},"credsStore":"good","credHelpers":{"E":"good"}}""", "home E"),
        new("E/app", null, """{"auths":{"E":{}}}""", "home E (empty)", Payload: "E"),
        new("E/app", null, """{"CredHelpers":{"E":"good"}}""", "home E"),
    ];

    private static string Auths(params string[] keys) =>
        $"{{\"auths\":{{{string.Join(",", keys.Select(key => $"\"{key}\":{Login}"))}}}}}";

    private static string Helpers(string key, string helper) => $"{{\"credHelpers\":{{\"{key}\":\"{helper}\"}}}}";

    private static string Store(string helper) => $"{{\"credsStore\":\"{helper}\"}}";
}
