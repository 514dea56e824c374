using CredHelper.Editing;
using CredHelper.Setup;

namespace CredHelper.Tests.Setup;

public sealed class MaskingTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("""{"credsStore": "osxkeychain"}""", """{"credsStore": "osxkeychain"}""")]
    [InlineData("""{"credHelpers": {"gcr.io": "gcloud"}}""", """{"credHelpers": {"gcr.io": "gcloud"}}""")]
    [InlineData("""{"auths": {"gcr.io": {"auth": "hunter2"}}}""", """{"auths": {"gcr.io": {"auth": "***"}}}""")]
    [InlineData("""{"HttpHeaders": {"X-Key": "hunter2"}}""", """{"HttpHeaders": {"X-Key": "***"}}""")]
    [InlineData(
        """{"proxies": {"default": {"httpProxy": "http://u:hunter2@p"}}}""",
        """{"proxies": {"default": {"httpProxy": "***"}}}"""
    )]
    [InlineData(
        """{"a": [1, true, null, "hunter2", {"b": "hunter2"}], "c": -2.5e3}""",
        """{"a": [***, ***, ***, "***", {"b": "***"}], "c": ***}"""
    )]
    [InlineData("""{"credHelpers": {"gcr.io": {"x": "hunter2"}}}""", """{"credHelpers": {"gcr.io": {"x": "***"}}}""")]
    [InlineData(
        """{"credHelpers": ["hunter2", {"x": "hunter2"}, "hunter2"]}""",
        """{"credHelpers": ["***", {"x": "***"}, "***"]}"""
    )]
    [InlineData("""{"x": {"credsStore": "hunter2"}}""", """{"x": {"credsStore": "***"}}""")]
    [InlineData("""{"auths": {"https://me:hunter2@gcr.io": {}}}""", """{"auths": {"***": {}}}""")]
    [InlineData("""{"AKIAIOSFODNN7EXAMPLE": {}}""", """{"***": {}}""")]
    [InlineData("""{"credsStore": "a\u0062"}""", """{"credsStore": "***"}""")]
    [InlineData("""{"é": "hunter2ü€𝄞", "credsStore": "pass"}""", """{"***": "***", "credsStore": "pass"}""")]
    [InlineData("""{"a": "hunter2",}""", "***")]
    [InlineData("hunter2", "***")]
    [InlineData("", "")]
    public void OfADockerConfigTheHelpersAreShown(string text, string expected) =>
        Assert.Equal(expected, Of(Masking.DockerConfig(text)));

    [Theory]
    [InlineData("a = \"hunter2\"", "a = \"***\"")]
    [InlineData("a = 'hunter2' # hunter2", "a = '***' #***")]
    [InlineData("# token = 'hunter2'\n[runners]\nid = 12", "#***\n[runners]\nid = ***")]
    [InlineData("a = \"\"\"\nhunter2\n\n  hunter2\"\"\"\nb = 1979-05-27", "a = \"\"\"\n***\n\n***\"\"\"\nb = ***")]
    [InlineData("a = '''hunter2\nhunter2'''", "a = '''***\n***'''")]
    [InlineData("a = [1, 'hunter2', {b = 'hunter2', \"c d\".e = 2}]", "a = [***, '***', {b = '***', ***.e = ***}]")]
    [InlineData("AKIAIOSFODNN7EXAMPLE = 1", "*** = ***")]
    [InlineData("a = hunter2", "***")]
    [InlineData("a = 'x' hunter2\n b = 1", "***\n***")]
    [InlineData("\uFEFFa = 'hunter2'\r\nb = 1\r\n", "\uFEFFa = '***'\r\nb = ***\r\n")]
    public void OfTomlTheNamesAreShown(string text, string expected) =>
        Assert.Equal(expected, Of(Masking.RunnerConfig(text)));

    [Theory]
    [InlineData("kind: CredentialProviderConfig # hunter2", "kind: CredentialProviderConfig #***")]
    [InlineData(
        "providers:\n- name: x\n  args: [hunter2, kubelet]\n  matchImages:\n  - '*.example.com'\n",
        "providers:\n- name: x\n  args: [***, kubelet]\n  matchImages:\n  - '*.example.com'\n"
    )]
    [InlineData(
        "providers:\n- env:\n  - name: KEY\n    value: hunter2\n",
        "providers:\n- env:\n  - name: ***\n    value: ***\n"
    )]
    [InlineData("a: |\n  hunter2\n  hunter2\nb: 'hun''ter2'\n", "a: ***\n***\n***\nb: ***\n")]
    [InlineData("\uFEFF\"a\": {\"k\\u0065y\": 12}\r\n", "\uFEFF\"a\": {***}\r\n")]
    [InlineData("hunter2 hunter2: 1\n", "***: ***\n")]
    [InlineData("a: [hunter2\n", "***\n")]
    public void OfCredentialProvidersNoSettingOfAnotherIsShown(string text, string expected) =>
        Assert.Equal(expected, Of(Masking.CredentialProviders(text)));

    [Theory]
    [InlineData("'A=hunter2'", "'A=***'")]
    [InlineData("'hunter2'", "'***'")]
    [InlineData("'me:hunter2@x=1'", "'***'")]
    [InlineData("\"A=\\\"hunter2\\\"\"", "\"A=***\"")]
    [InlineData("\"\"\"\nA=hunter2\n\"\"\"", "\"\"\"\n***\n\"\"\"")]
    [InlineData(
        """'DOCKER_AUTH_CONFIG={"credsStore":"pass","auths":{"gcr.io":{"auth":"hunter2"}}}'""",
        """'DOCKER_AUTH_CONFIG={"credsStore":"pass","auths":{"gcr.io":{"auth":"***"}}}'"""
    )]
    [InlineData(
        """ "DOCKER_AUTH_CONFIG={\"credsStore\":\"pass\",\"auths\":{\"gcr.io\":{\"auth\":\"hunter2\"}}}" """,
        """ "DOCKER_AUTH_CONFIG={\"credsStore\":\"pass\",\"auths\":{\"gcr.io\":{\"auth\":\"***\"}}}" """
    )]
    [InlineData("""'DOCKER_AUTH_CONFIG={"auth":"hunter2'""", """'DOCKER_AUTH_CONFIG=***'""")]
    [InlineData(
        """ "DOCKER_AUTH_CONFIG={\u0022credsStore\u0022:\u0022pass\u0022,\u0022a\u0022:\u0022hunter2\u0022}" """,
        """ "DOCKER_AUTH_CONFIG={\u0022credsStore\u0022:\u0022pass\u0022,\u0022a\u0022:\u0022***\u0022}" """
    )]
    public void OfAVariableTheNameIsShown(string item, string expected) =>
        Assert.Equal(
            $"[[runners]]\nenvironment = [{expected.Trim()}]\n",
            Of(Masking.RunnerConfig($"[[runners]]\nenvironment = [{item.Trim()}]\n"))
        );

    [Fact]
    public void OfVolumesOursIsShown() =>
        Assert.Equal(
            "[runners.docker]\nvolumes = ['***', \"/b/docker-credential-ecr-login:/b/docker-credential-ecr-login:ro\"]",
            Of(
                Masking.RunnerConfig(
                    "[runners.docker]\nvolumes = ['/hunter2', "
                        + "\"/b/docker-credential-ecr-login:/b/docker-credential-ecr-login:ro\"]"
                )
            )
        );

    [Theory]
    [InlineData("[default]\naws_secret_access_key = hunter2\n", "[default]\naws_secret_access_key = ***\n")]
    [InlineData("aws_session_token=hunter2 ; x", "aws_session_token=***")]
    [InlineData("[profile a b]\r\nregion = eu-west-1\r\n", "[profile a b]\r\nregion = eu-west-1\r\n")]
    [InlineData("region = eu-west-1 # hunter2", "region = ***")]
    [InlineData("s3 =\n  key = hunter2\n\thunter2", "s3 =\n  ***\n\t***")]
    [InlineData("# key = hunter2\n; hunter2\n  # hunter2", "#***\n;***\n  #***")]
    [InlineData("hunter2\naws_secret_access_key: hunter2\na:hunter2=x", "***\n***\n***")]
    [InlineData("[hunter2 AKIAIOSFODNN7EXAMPLE] hunter2", "[***]***")]
    [InlineData("  [me@hunter2", "  [***")]
    [InlineData("role_arn = hunter2\nsecret\rsecret = hunter2", "role_arn = ***\n***\rsecret = ***")]
    public void OfTheAwsConfigurationTheRegionIsShown(string text, string expected) =>
        Assert.Equal(expected, Of(Masking.AwsConfig(text)));

    [Fact]
    public void OfTheRegistryConfigurationTheIdentityIsShown() =>
        Assert.Equal(
            "[gcr.io]\nhelper = gcloud\npassword_file = ***\n[alias \"r.example\"]\nrole_arn = arn:aws:iam::1:role/a\n",
            Of(
                Masking.RegistryConfiguration(
                    "[gcr.io]\nhelper = gcloud\npassword_file = /hunter2\n[alias \"r.example\"]\n"
                        + "role_arn = arn:aws:iam::1:role/a\n"
                )
            )
        );

    [Fact]
    public void OfPodmansRegistriesTheHelpersAreShown() =>
        Assert.Equal(
            "credential-helpers = [\"a\", \"b\"]\n[[registry]]\nlocation = \"***\"",
            Of(Masking.PodmanHelpers("credential-helpers = [\"a\", \"b\"]\n[[registry]]\nlocation = \"hunter2\""))
        );

    [Fact]
    public void ADiffHidesTheValuesAndStillShowsThatTheyChange()
    {
        string diff = UnifiedDiff.Of(
            "f",
            Masking.AwsConfig($"[default]\nkey = {Secret}1\n"),
            Masking.AwsConfig($"[default]\nkey = {Secret}2\nregion = eu-west-1\n")
        );
        Assert.Equal("--- f\n+++ f\n@@ -1,2 +1,3 @@\n [default]\n-key = ***\n+key = ***\n+region = eu-west-1\n", diff);
    }

    private static string Of(MaskedText masked)
    {
        string shown = string.Concat(masked.Lines());
        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
        Assert.Equal(masked.Text.Split('\n').Length, shown.Split('\n').Length);
        return shown;
    }
}
