/** Maven and Gradle keep their files below user.home. */
public class UserHome {
    public static void main(String[] arguments) {
        String home = System.getProperty("user.home");
        System.out.println("user.home is $HOME: " + home.equals(System.getenv("HOME")));
        System.out.println("user.name is known: " + !System.getProperty("user.name").equals("?"));
    }
}
