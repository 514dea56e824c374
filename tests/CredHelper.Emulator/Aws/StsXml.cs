using System.Globalization;
using System.Xml.Linq;

namespace CredHelper.Emulator.Aws;

/// <summary>Responses of STS in the XML of its API version 2011-06-15.</summary>
internal static class StsXml
{
    private static readonly XNamespace Ns = "https://sts.amazonaws.com/doc/2011-06-15/";

    public static Answer Result(Exchange exchange, params object[] members) =>
        Document(
            200,
            exchange,
            new XElement(
                Ns + (exchange.Operation + "Response"),
                new XElement(Ns + (exchange.Operation + "Result"), members),
                new XElement(Ns + "ResponseMetadata", new XElement(Ns + "RequestId", exchange.RequestId))
            )
        );

    public static Answer Error(ServiceError error, Exchange exchange) =>
        Document(
            error.Status,
            exchange,
            new XElement(
                Ns + "ErrorResponse",
                new XElement(
                    Ns + "Error",
                    Element("Type", error.Status < 500 ? "Sender" : "Receiver"),
                    Element("Code", error.Code),
                    Element("Message", error.Message)
                ),
                Element("RequestId", exchange.RequestId)
            )
        );

    public static XElement Element(string name, string value) => new(Ns + name, value);

    /// <param name="shownExpiry">The end of the session as shown in the response.</param>
    public static XElement Credentials(AccessKey session, DateTimeOffset shownExpiry) =>
        new(
            Ns + "Credentials",
            Element("AccessKeyId", session.Id),
            Element("SecretAccessKey", session.Secret),
            Element("SessionToken", session.SessionToken ?? ""),
            Element(
                "Expiration",
                shownExpiry.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            )
        );

    public static XElement AssumedRoleUser(AccessKey session) =>
        new(Ns + "AssumedRoleUser", Element("AssumedRoleId", session.UserId), Element("Arn", session.Arn));

    private static Answer Document(int status, Exchange exchange, XElement root) =>
        Answer.OfText(status, "text/xml", root.ToString()).With("x-amzn-RequestId", exchange.RequestId);
}
