using System.Text;
using CredHelper.DockerConfig;

namespace CredHelper.Tests.DockerConfig;

/// <summary>Tests how docker, GitLab Runner and podman decode a configuration.</summary>
public sealed class DockerConfigFileTests
{
    private static DockerConfigFile Parse(string text) => DockerConfigFile.Parse(Encoding.UTF8.GetBytes(text));

    private static DockerConfigFile ParseVariable(string text) =>
        DockerConfigFile.ParseVariable(Encoding.UTF8.GetBytes(text));

    private static DockerConfigFile ParseAuthFile(string text) =>
        DockerConfigFile.ParseAuthFile(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// A project chooses the keys of its DOCKER_AUTH_CONFIG, and a terminal would interpret control characters in a
    /// problem.
    /// </summary>
    [Theory]
    [InlineData("""{"auths":{"a\nb":"text"}}""")]
    [InlineData("""{"auths":{"a\u001b[2Jb":{"auth":"%"}}}""")]
    [InlineData("""{"auths":{"a\rb":{"auth":"bm9jb2xvbg=="}}}""")]
    public void SaysSoInOneLineWithoutEscapes(string text)
    {
        string? problem = Parse(text).Problem;

        Assert.NotNull(problem);
        Assert.DoesNotContain(problem, char.IsControl);
    }

    [Theory]
    [InlineData("""{"features":{"buildkit":true}}""", "features > buildkit must be a string, not a boolean (line 1)")]
    [InlineData(
        "{\n\"proxies\":\n{\"httpProxy\":\"x\"}}",
        "proxies > httpProxy must be an object, not a string (line 3)"
    )]
    [InlineData(
        """{"proxies":{"default":{"noProxy":["a"]}}}""",
        "proxies > default > noProxy must be a string, not an array (line 1)"
    )]
    [InlineData("""{"HttpHeaders":{"a":1}}""", "HttpHeaders > a must be a string, not a number (line 1)")]
    [InlineData("""{"plugins":{"a":"b"}}""", "plugins > a must be an object, not a string (line 1)")]
    [InlineData("""{"aliases":[]}""", "aliases must be an object, not an array (line 1)")]
    [InlineData("""{"psformat":{}}""", "psformat must be a string, not an object (line 1)")]
    [InlineData("""{"currentContext":1}""", "currentContext must be a string, not a number (line 1)")]
    [InlineData("""{"detachKeys":false}""", "detachKeys must be a string, not a boolean (line 1)")]
    [InlineData("""{"pruneFilters":"x"}""", "pruneFilters must be an array, not a string (line 1)")]
    [InlineData("""{"cliPluginsExtraDirs":[1]}""", "cliPluginsExtraDirs must be a string, not a number (line 1)")]
    [InlineData("""{"auths":{"h":{"username":1}}}""", "auths > h > username must be a string, not a number (line 1)")]
    [InlineData("""{"credHelpers":{"h":["x"]}}""", "credHelpers > h must be a string, not an array (line 1)")]
    [InlineData("""{"credsStore":{}}""", "credsStore must be a string, not an object (line 1)")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("\uFEFF{}", "it is not valid JSON: it begins with a byte order mark")]
    [InlineData("{", "it is not valid JSON (line 1, column 2)")]
    [InlineData("{}\u00a0", null)]
    [InlineData("\u00a0{}", "it is not valid JSON (line 1, column 1)")]
    [InlineData("{} nonsense", null)]
    [InlineData("null", null)]
    [InlineData(" \r\n\t", null)]
    [InlineData("""{"psFormat":null,"proxies":null,"unknown":[{}],"auths":{"h":null},"pruneFilters":[null]}""", null)]
    [InlineData("""{"auths":{"h":{"auth":"OnBhc3M="}}}""", "auth of h has no user name")]
    [InlineData("""{"auths":{"h":{"auth":"dTp w"}}}""", "auth of h is not base64")]
    public void IsRefusedByDockerFor(string text, string? problem) => Assert.Equal(problem, Parse(text).Problem);

    [Fact]
    public void GoesOnBehindAWrongType()
    {
        DockerConfigFile file = Parse(
            """{"features":1,"auths":{"h":{"auth":"dTpw"},"i":5},"CREDHELPERS":{"j":"x"},"credsstore":"s"}"""
        );
        Assert.Equal(["h", "i"], file.Auths.Select(entry => entry.Key));
        // auth is decoded only after the part with the error.
        Assert.False(file.Auths[0].IsUsable);
        Assert.Equal("x", file.CredHelpers["j"]);
        Assert.Equal("s", file.CredsStore);
    }

    [Fact]
    public void MergesWhatStandsTwice()
    {
        DockerConfigFile file = Parse(
            """{"auths":{"a":{"auth":"dTpw","email":"x"}},"""
                + """ "Auths":{"b":{},"a":{"identitytoken":"t"}},"credsStore":"s","credsStore":"t"}"""
        );
        Assert.Equal(["a", "b"], file.Auths.Select(entry => entry.Key));
        Assert.Equal(("", "t"), (file.Auths[0].Username, file.Auths[0].IdentityToken));
        Assert.Equal("t", file.CredsStore);
        Assert.Equal(["auths", "credsStore"], file.Duplicates);
        Assert.Empty(Parse("""{"auths":{"a":{}},"auths":null}""").Auths);
        Assert.Single(Parse("""{"auth\u017f":{"a":{}}}""").Auths);
    }

    [Fact]
    public void ReplacesWhatIsNotUnicode()
    {
        byte[] text = [.. "{\"auths\":{\"h"u8, 0xFF, 0xC3, .. "\\ud800x\\ud83d\\ude00\":{}}}"u8];
        Assert.Equal("h\uFFFD\uFFFD\uFFFDx\U0001F600", DockerConfigFile.Parse(text).Auths[0].Key);
    }

    [Fact]
    public void MayNestAsDeepAsGoReads()
    {
        string Nested(int depth) => $"{{\"x\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}";
        Assert.Null(Parse(Nested(10_000)).Problem);
        Assert.NotNull(Parse(Nested(10_001)).Problem);
    }

    [Theory]
    [InlineData("""{"auths":{"h":{"auth":"dTpw"}}}""", null)]
    [InlineData("""{"auths":{"h":{"auth":"dTpw","email":"x"}}}""", "auths > h > email is not supported there (line 1)")]
    [InlineData("""{"credHelpers":{}}""", "credHelpers is not supported there (line 1)")]
    [InlineData("""{"auths":{"h":{}}}""", "auths > h has no auth")]
    [InlineData("""{"auths":{}} {}""", "it contains more than one JSON object")]
    [InlineData("""{"auths":{}} }""", null)]
    [InlineData("", null)]
    public void IsRefusedAsDockersVariableFor(string text, string? problem) =>
        Assert.Equal(problem, ParseVariable(text).Problem);

    [Theory]
    [InlineData("""{"features":1,"credsStore":[],"auths":{"h":{"username":1,"auth":"%"}}}""", null)]
    [InlineData(
        """{"auths":{"h":{"identitytoken":1}}}""",
        "auths > h > identitytoken must be a string, not a number (line 1)"
    )]
    [InlineData("{} x", "there is text after its JSON")]
    [InlineData(" ", "it is empty")]
    public void IsRefusedByPodmanFor(string text, string? problem) =>
        Assert.Equal(problem, ParseAuthFile(text).Problem);
}
