using System.Diagnostics;
using System.Text.Json;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests calls made by botocore, whose signer shares no code with this project.</summary>
public sealed class BotocoreSignerTests
{
    private const string Python = "/usr/bin/python3";

    private const string Calls = """
        import base64, json, sys, time, botocore.exceptions, botocore.session
        url, secret = sys.argv[1:]
        def client(service, region, key='AKIDEXAMPLE000000001', secret=secret, token=None):
            return botocore.session.Session().create_client(service, region_name=region, endpoint_url=url,
                aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
        try:
            ecr = client('ecr', 'cn-north-1').get_authorization_token()['authorizationData'][0]
            public = client('ecr-public', 'us-east-1').get_authorization_token()['authorizationData']
            role = client('sts', 'eu-west-3').assume_role(RoleArn='arn:aws:iam::333344445555:role/path/to/puller',
                RoleSessionName='botocore', ExternalId='x/y:z+=@')
            c = role['Credentials']
            session = ('us-gov-west-1', c['AccessKeyId'], c['SecretAccessKey'], c['SessionToken'])
            other = client('ecr', *session).get_authorization_token(registryIds=['111122223333'])
            other = other['authorizationData'][0]
            own = client('ecr', *session).get_authorization_token()['authorizationData'][0]
            who = client('sts', *session).get_caller_identity()
            print(json.dumps({'user': base64.b64decode(ecr['authorizationToken'])[:4].decode(),
                'endpoint': ecr['proxyEndpoint'],
                'hours': round((ecr['expiresAt'].timestamp() - time.time()) / 3600),
                'public': len(public['authorizationToken']) > 2000, 'role': role['AssumedRoleUser']['Arn'],
                'other': other['proxyEndpoint'], 'own': own['proxyEndpoint'], 'who': who['Arn']}))
        except botocore.exceptions.ClientError as e:
            status = e.response['ResponseMetadata']['HTTPStatusCode']
            print(json.dumps({'error': e.response['Error']['Code'], 'status': status}))
        """;

    [Fact]
    public async Task IsAccepted()
    {
        JsonElement answer = await RunAsync(AccessKey.Known[0].Secret);

        Assert.Equal("AWS:", answer.GetProperty("user").GetString());
        Assert.Equal(
            "https://123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
            answer.GetProperty("endpoint").GetString()
        );
        Assert.Equal(12, answer.GetProperty("hours").GetInt32());
        Assert.True(answer.GetProperty("public").GetBoolean());
        Assert.Equal("arn:aws:sts::333344445555:assumed-role/puller/botocore", answer.GetProperty("role").GetString());
        Assert.Equal(
            "https://111122223333.dkr.ecr.us-gov-west-1.amazonaws.com",
            answer.GetProperty("other").GetString()
        );
        Assert.Equal("https://333344445555.dkr.ecr.us-gov-west-1.amazonaws.com", answer.GetProperty("own").GetString());
        Assert.Equal("arn:aws:sts::333344445555:assumed-role/puller/botocore", answer.GetProperty("who").GetString());
    }

    [Fact]
    public async Task IsRefusedWithWrongSecret()
    {
        JsonElement answer = await RunAsync("wrong");

        Assert.Equal("InvalidSignatureException", answer.GetProperty("error").GetString());
        Assert.Equal(400, answer.GetProperty("status").GetInt32());
    }

    private static async Task<JsonElement> RunAsync(string secret)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await SkipWithoutBotocoreAsync(cancellation);
        await using EmulatorServer emulator = await EmulatorServer.StartAsync(cancellation: cancellation);
        return JsonDocument.Parse(await PythonAsync(cancellation, "-c", Calls, emulator.HttpUrl, secret)).RootElement;
    }

    private static async Task SkipWithoutBotocoreAsync(CancellationToken cancellation)
    {
        if (
            !File.Exists(Python)
            || await PythonAsync(
                cancellation,
                "-c",
                "import importlib.util; print(importlib.util.find_spec('botocore') is not None)"
            ) != "True\n"
        )
        {
            Assert.Skip("python3-botocore is not installed");
        }
    }

    private static async Task<string> PythonAsync(CancellationToken cancellation, params string[] arguments)
    {
        ProcessStartInfo start = new(Python, arguments) { RedirectStandardOutput = true };
        start.Environment["AWS_MAX_ATTEMPTS"] = "1";
        using Process python = Process.Start(start)!;
        string output = await python.StandardOutput.ReadToEndAsync(cancellation);
        await python.WaitForExitAsync(cancellation);
        return output;
    }
}
