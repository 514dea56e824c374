using CredHelper.Registry;

namespace CredHelper.Aws;

/// <summary>The endpoint of a service.</summary>
/// <param name="IsConfigured">Whether the user configured it, so that responses may not come from AWS.</param>
internal sealed record AwsEndpoint(string Url, bool IsConfigured)
{
    /// <summary>
    /// AWS's own endpoint, by the endpoint rules of the service models. All partitions have FIPS and dual-stack
    /// endpoints. Clients of the AWS SDK get the URL instead of evaluating their rules, which would take a twentieth of
    /// the time of a <c>get</c> without a cached token.
    /// </summary>
    /// <param name="serviceId">The id in the service's model: ECR, ECR PUBLIC, STS, SSO, SSO OIDC or SIGNIN.</param>
    /// <param name="region">A region outside the known partitions counts as commercial.</param>
    public static AwsEndpoint Of(string serviceId, string region, bool useFips, bool useDualStack)
    {
        Partition partition = Partition.OfRegion(region) ?? Partition.Commercial;
        if (serviceId == "SIGNIN")
            return new AwsEndpoint(SignInUrl(partition, region), IsConfigured: false);
        string name = serviceId switch
        {
            "ECR" => EcrName(useFips, useDualStack),
            "ECR PUBLIC" => EcrPublicName(partition, useFips, useDualStack),
            "STS" => Name("sts", partition, useFips, useDualStack),
            "SSO" => Name("portal.sso", partition, useFips, useDualStack),
            "SSO OIDC" => Name("oidc", partition, useFips, useDualStack),
            _ => throw new ArgumentOutOfRangeException(nameof(serviceId), serviceId, null),
        };
        string suffix = useDualStack ? partition.ApiDualStackSuffix : partition.DnsSuffix;
        return new AwsEndpoint($"https://{name}.{region}.{suffix}", IsConfigured: false);
    }

    private static string EcrName(bool useFips, bool useDualStack)
    {
        string name = useFips ? "ecr-fips" : "ecr";
        return useDualStack ? name : $"api.{name}";
    }

    private static string EcrPublicName(Partition partition, bool useFips, bool useDualStack)
    {
        if (useFips)
            return "api.ecr-public-fips";
        return useDualStack && partition == Partition.Commercial ? "ecr-public" : "api.ecr-public";
    }

    /// <summary>In GovCloud, the endpoints without dual stack are already FIPS endpoints.</summary>
    private static string Name(string name, Partition partition, bool useFips, bool useDualStack)
    {
        bool isFipsAlready = partition.Name == "aws-us-gov" && !useDualStack;
        return useFips && !isFipsAlready ? $"{name}-fips" : name;
    }

    /// <summary>The sign-in service has neither FIPS nor dual-stack endpoints.</summary>
    private static string SignInUrl(Partition partition, string region) =>
        partition.Name switch
        {
            "aws" => $"https://{region}.signin.aws.amazon.com",
            "aws-cn" => $"https://{region}.signin.amazonaws.cn",
            "aws-us-gov" => $"https://{region}.signin.amazonaws-us-gov.com",
            _ => $"https://signin.{region}.{partition.DnsSuffix}",
        };
}
