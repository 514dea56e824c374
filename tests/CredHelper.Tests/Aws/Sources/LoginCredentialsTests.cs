using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.Util;
using Amazon.Util.Internal;
using CredHelper.Aws.Sources;
using CredHelper.Errors;
using LoginTokenFileCache = Amazon.Runtime.Credentials.Internal.LoginTokenFileCache;
using SdkLoginToken = Amazon.Runtime.Credentials.Internal.LoginToken;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>The file of `aws login`, which this program and the AWS SDK read in the same way.</summary>
public sealed class LoginCredentialsTests : IDisposable
{
    private const string Session = "arn:aws:iam::123456789012:user/sample";
    private readonly string _directory = Directory.CreateTempSubdirectory("login-").FullName;
    private readonly LoginTokenFileCache _sdk = new(
        CryptoUtilFactory.CryptoInstance,
        new FileRetriever(),
        new DirectoryRetriever()
    );

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task ThatTheSdkWritesIsRead()
    {
        var expiry = new DateTime(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc);
        await _sdk.SaveLoginTokenAsync(
            Session,
            new SdkLoginToken
            {
                AccessToken = new LoginImmutableCredentials("ASIASAMPLE", "secret", "token", expiry, "123456789012"),
                ClientId = "client",
                RefreshToken = "refresh",
                DPoPKey = "pem",
                TokenType = "aws_sigv4",
                IdentityToken = "id",
                SignInRegion = "eu-west-1",
            },
            _directory,
            TestContext.Current.CancellationToken
        );
        var read = LoginToken.Parse((JsonObject)JsonNode.Parse(await ReadAsync())!)!;
        Assert.Equal(new SessionKeys("ASIASAMPLE", "secret", "token", new DateTimeOffset(expiry)), read.Keys);
        Assert.True(read.CanRefresh);
        Assert.Equal(("pem", "eu-west-1"), (read.ProofKey, read.Region));
        Assert.Equal(
            """{"clientId":"client","grantType":"refresh_token","refreshToken":"refresh"}""",
            read.RefreshRequest()
        );
    }

    [Fact]
    public async Task ThatWeRenewIsReadByTheSdk()
    {
        var old = LoginToken.Parse(
            (JsonObject)
                JsonNode.Parse(
                    """
                    {"accessToken":{"accessKeyId":"OLD","secretAccessKey":"s","sessionToken":"t",
                     "accountId":"123456789012","expiresAt":"2020-01-01T00:00:00Z"},
                     "tokenType":"aws_sigv4","refreshToken":"r1","idToken":"i1","clientId":"c","dpopKey":"pem"}
                    """
                )!
        )!;
        var answer = (JsonObject)
            JsonNode.Parse(
                """
                {"accessToken":{"accessKeyId":"NEW","secretAccessKey":"s2","sessionToken":"t2"},
                 "expiresIn":900,"refreshToken":"r2"}
                """
            )!;
        var now = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        await File.WriteAllTextAsync(
            PathOfFile,
            old.Renew(answer, now)!.Content.ToJsonString(),
            TestContext.Current.CancellationToken
        );
        SdkLoginToken token = (
            await _sdk.TryGetLoginTokenAsync(Session, _directory, TestContext.Current.CancellationToken)
        ).Value;
        Assert.Equal(
            ("NEW", "r2", "c", "pem", "i1"),
            (token.AccessToken.AccessKey, token.RefreshToken, token.ClientId, token.DPoPKey, token.IdentityToken)
        );
        Assert.Equal(now.AddSeconds(900).UtcDateTime, token.AccessToken.ExpiresAt!.Value.ToUniversalTime());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"accessToken":{"accessKeyId":"NEW","secretAccessKey":"s2"},"expiresIn":900}""")]
    [InlineData(
        """{"accessToken":{"accessKeyId":"NEW","secretAccessKey":"s2","sessionToken":"t2"},"expiresIn":"soon"}"""
    )]
    public void IsNotRenewedByHalfAnAnswer(string answer)
    {
        var old = LoginToken.Parse(
            (JsonObject)
                JsonNode.Parse(
                    """
                    {"accessToken":{"accessKeyId":"OLD","secretAccessKey":"s","sessionToken":"t",
                     "expiresAt":"2020-01-01T00:00:00Z"}}
                    """
                )!
        )!;
        Assert.Null(old.Renew((JsonObject)JsonNode.Parse(answer)!, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void IsProvenToBeOurs()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (string pem in new[] { key.ExportECPrivateKeyPem(), key.ExportPkcs8PrivateKeyPem() })
        {
            string[] parts = DPoPProof
                .Create(
                    pem,
                    "POST",
                    "https://us-east-1.signin.aws.amazon.com/v1/token",
                    DateTimeOffset.FromUnixTimeSeconds(1795435200)
                )
                .Split('.');
            Assert.True(
                key.VerifyData(
                    Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                    Base64Url.DecodeFromChars(parts[2]),
                    HashAlgorithmName.SHA256
                )
            );
            using JsonDocument payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            Assert.Equal(
                ("POST", "https://us-east-1.signin.aws.amazon.com/v1/token", 1795435200L),
                (
                    payload.RootElement.GetProperty("htm").GetString(),
                    payload.RootElement.GetProperty("htu").GetString(),
                    payload.RootElement.GetProperty("iat").GetInt64()
                )
            );
            Assert.DoesNotContain(
                Base64Url.EncodeToString(key.ExportParameters(true).D!),
                string.Join('.', parts),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n")]
    public void WithoutAUsableKeyWantsAnotherSignIn(string pem)
    {
        HelperException e = Assert.Throws<HelperException>(() =>
            DPoPProof.Create(pem, "POST", "https://x", DateTimeOffset.UtcNow)
        );
        Assert.Equal("sign in again: aws login", e.Hint);
    }

    private string PathOfFile => Path.Combine(_directory, LoginToken.NameOf(Session));

    private Task<string> ReadAsync() => File.ReadAllTextAsync(PathOfFile, TestContext.Current.CancellationToken);
}
