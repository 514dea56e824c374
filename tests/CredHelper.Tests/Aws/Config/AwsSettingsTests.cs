using CredHelper.Aws.Config;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Config;

/// <summary>FIPS, dual-stack, retries and the CA bundle, from environment and profile.</summary>
public sealed class AwsSettingsTests : IDisposable
{
    private readonly AwsHome _home = new(
        """
        [default]
        use_fips_endpoint = true ; by law
        use_dualstack_endpoint = TRUE
        retry_mode = adaptive
        max_attempts = 7 # patient
        ca_bundle = ~/certs/my # bundle.pem

        [profile bare]
        region = eu-west-1
        """
    );

    public void Dispose() => _home.Dispose();

    [Fact]
    public void ComeFromTheProfile()
    {
        AwsSettings settings = _home.Resolve();
        Assert.True(settings.UseFipsIn("us-east-1"));
        Assert.True(settings.UseDualStack);
        Assert.Equal(RetryMode.Adaptive, settings.RetryMode);
        Assert.Equal(7, settings.MaxAttempts);
        // A path may contain spaces, so nothing is removed from it.
        Assert.Equal(Path.Combine(_home.Root, "certs/my # bundle.pem"), settings.CaBundle);
    }

    [Fact]
    public void ComeFromTheEnvironmentFirst()
    {
        AwsSettings settings = _home.Resolve(
            ("AWS_USE_FIPS_ENDPOINT", "False"),
            ("AWS_USE_DUALSTACK_ENDPOINT", "false"),
            ("AWS_RETRY_MODE", "Standard"),
            ("AWS_MAX_ATTEMPTS", "2"),
            ("AWS_CA_BUNDLE", "/elsewhere")
        );
        Assert.False(settings.UseFipsIn("us-east-1"));
        Assert.False(settings.UseDualStack);
        Assert.Equal(RetryMode.Standard, settings.RetryMode);
        Assert.Equal(2, settings.MaxAttempts);
        Assert.EndsWith("bundle.pem", settings.CaBundle, StringComparison.Ordinal);
    }

    [Fact]
    public void AreOffWhereNothingIsSaid()
    {
        AwsSettings settings = _home.Resolve(("AWS_PROFILE", "bare"));
        Assert.False(settings.UseFipsIn("us-east-1"));
        Assert.False(settings.UseDualStack);
        Assert.Null(settings.RetryMode);
        Assert.Null(settings.MaxAttempts);
        Assert.Null(settings.CaBundle);
    }

    [Fact]
    public void KnowTheOldRetryMode() =>
        Assert.Equal(RetryMode.Legacy, _home.Resolve(("AWS_RETRY_MODE", "legacy")).RetryMode);

    [Fact]
    public void ClampAttempts() =>
        Assert.Equal(int.MaxValue, _home.Resolve(("AWS_MAX_ATTEMPTS", "99999999999")).MaxAttempts);

    [Fact]
    public void ReadNoAttemptsAsOneAttempt() => Assert.Equal(1, _home.Resolve(("AWS_MAX_ATTEMPTS", "0")).MaxAttempts);

    [Fact]
    public void UseFipsForARegionThatMeansIt()
    {
        AwsSettings settings = _home.Resolve(("AWS_PROFILE", "bare"), ("AWS_REGION", "fips-us-east-1"));
        Assert.True(settings.UseFipsIn("us-east-1"));
        Assert.False(settings.UseFipsIn("eu-west-1"));
    }

    [Theory]
    [InlineData("AWS_USE_FIPS_ENDPOINT", "yes", "which is neither true nor false")]
    [InlineData("AWS_USE_DUALSTACK_ENDPOINT", "1", "which is neither true nor false")]
    [InlineData("AWS_RETRY_MODE", "fast", "which is not a retry mode")]
    [InlineData("AWS_RETRY_MODE", "1", "which is not a retry mode")]
    [InlineData("AWS_MAX_ATTEMPTS", "-1", "which is not a whole number")]
    [InlineData("AWS_MAX_ATTEMPTS", "2.5", "which is not a whole number")]
    [InlineData("AWS_MAX_ATTEMPTS", "1e3", "which is not a whole number")]
    public void AreRefusedByTheirVariable(string variable, string value, string what) =>
        Assert.Equal($"{variable} is '{value}', {what}", _home.Refusal((variable, value)).Message);

    [Theory]
    [InlineData("use_fips_endpoint", "yes", "which is neither true nor false")]
    [InlineData("use_dualstack_endpoint", "on", "which is neither true nor false")]
    [InlineData("retry_mode", "quick", "which is not a retry mode")]
    [InlineData("max_attempts", "many", "which is not a whole number")]
    public void AreRefusedByTheirKeyAndFile(string key, string value, string what)
    {
        File.WriteAllText(_home.ConfigPath, $"[default]\n{key} = {value}\n");
        Assert.Equal(
            $"{key} of profile 'default' in {_home.ConfigPath}:2 is '{value}', {what}",
            _home.Refusal().Message
        );
    }

    [Fact]
    public void RefuseABadIgnoreFlagWhereEndpointsAreAskedFor()
    {
        AwsSettings settings = _home.Resolve(("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "maybe"));
        Assert.Equal(
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is 'maybe', which is neither true nor false",
            Assert.Throws<HelperException>(() => settings.EndpointUrl("ECR")).Message
        );
    }
}
