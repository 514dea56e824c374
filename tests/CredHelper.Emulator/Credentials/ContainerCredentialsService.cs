namespace CredHelper.Emulator.Credentials;

/// <summary>
/// A container credential endpoint: <c>/v1/credentials</c> like the EKS Pod Identity agent, which requires an
/// authorization that begins with <c>pod-token</c>; <c>/task-credentials</c> like ECS, which does not.
/// </summary>
internal sealed class ContainerCredentialsService(CredentialSource sessions) : RestService
{
    public override string Name => "container";

    protected override string? OperationOf(string method, string path) =>
        (method, path) switch
        {
            ("GET", "/v1/credentials") => "GetPodCredentials",
            ("GET", "/task-credentials") => "GetTaskCredentials",
            _ => null,
        };

    public override Task<Answer> AnswerAsync(Exchange exchange)
    {
        if (
            exchange.Operation == "GetPodCredentials"
            && !Header(exchange, "Authorization").StartsWith("pod-token", StringComparison.Ordinal)
        )
        {
            throw new ServiceError(401, "AccessDeniedException", "the authorization token is not of this pod");
        }

        AccessKey key = sessions.Issue(
            CredentialSource.DefaultAccount,
            "pod-role",
            "eks-sample",
            exchange.LifetimeShift
        );
        return Task.FromResult(
            Json(
                200,
                writer =>
                {
                    CredentialSource.WriteTo(writer, key);
                    writer.WriteString("AccountId", key.Account);
                    if (exchange.Operation == "GetTaskCredentials")
                        writer.WriteString("RoleArn", $"arn:aws:iam::{key.Account}:role/task-role");
                }
            )
        );
    }
}
